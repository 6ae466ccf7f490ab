"""A server that answers with bytes as they are given, for answers that no honest TaskRouter gives."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def answering(raw: bytes, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """The base URL of a server that reads a request, or whatever comes in place of one, sends `raw` and closes."""
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_answer_all, args=(listener, raw, context), daemon=True)
    thread.start()
    try:
        yield f"{'https' if context else 'http'}://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


def http(status: int, body: str = "", headers: str = "") -> bytes:
    """One whole HTTP answer."""
    content = body.encode()
    head = f"HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {len(content)}\r\n{headers}\r\n"
    return head.encode() + content


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def _answer_all(listener: socket.socket, raw: bytes, context: ssl.SSLContext | None) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        try:
            with context.wrap_socket(connection, server_side=True) if context else connection as talk:
                _answer(talk, raw)
        except OSError:
            continue  # the client did not like it, which is what the test is about


def _answer(talk: socket.socket, raw: bytes) -> None:
    """The whole request is read first: what is left unread would turn the answer into a reset."""
    request = b""
    while _is_http(request) and (b"\r\n\r\n" not in request or len(request) < _length(request)):
        piece = talk.recv(65_536)
        if not piece:
            return
        request += piece
    talk.sendall(raw)


def _is_http(request: bytes) -> bool:
    return request[:1] in (b"", b"G", b"P")


def _length(request: bytes) -> int:
    head, _, _ = request.partition(b"\r\n\r\n")
    found = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    return len(head) + 4 + (int(found[1]) if found else 0)
