"""Services for look-ups on real sockets: a sound one, and one that answers with whatever bytes a test gives it."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from werkzeug.serving import make_server

from bridge.inquiry import Inquiry
from bridge.menu import Menu, State, read_menu
from bridge.signature import Secret

SECRET_TEXT = "whsec_" + base64.b64encode(hashlib.sha256(b"look-ups").digest()).decode()
OTHER_TEXT = "whsec_" + base64.b64encode(hashlib.sha256(b"older look-ups").digest()).decode()
SECRET, OTHER = Secret.parse(SECRET_TEXT, "TEST"), Secret.parse(OTHER_TEXT, "TEST")

MENU = b"""
menu: kiosk
languages: {en: {label: English}, fr: {label: Francais}}
help_line: "116"
questions:
  - {name: language, type: language, label: "Language / Langue"}
  - {name: town, type: text, label: {en: "Town?", fr: "Ville ?"}}
  - {name: pin, type: text, secret: yes, max: 40, label: {en: "PIN?", fr: "PIN ?"}}
  - {name: balance, type: lookup, label: {en: "Balance:", fr: "Solde :"}}
  - {name: other, type: text, label: {en: "What else?", fr: "Quoi encore ?"}}
end: {label: "{reference}", label_unsent: Bye}
"""
TEXT = b'{"text":"12 500 CFA"}'
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
NEVER = 60.0  # seconds a caller would have; every answer of these tests is there long before


def kiosk() -> Menu:
    """A menu with a secret before its look-up."""
    return read_menu(MENU, "kiosk")


def inquiry(**changes: Any) -> Inquiry:
    """What is asked after `2`, `Thies` and the PIN `4711`."""
    state = State((("language", "fr"), ("town", "Thies"), ("pin", "")), secrets=(("pin", "4711"),))
    asked = {
        "menu": kiosk(),
        "state": state,
        "question": "balance",
        "session": "5e55",
        "caller": "+221770000001",
        "service_code": "*126#",
        "simulated": False,
    }
    return Inquiry(**{**asked, **changes})


@contextmanager
def serving(app: Callable[..., Any]) -> Iterator[str]:
    """A WSGI application on a port; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


def response(body: bytes, status: str = "200 OK", kind: str = "application/json", *more: str) -> bytes:
    """An answer as it goes over the wire."""
    head = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *more]
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body


def chunks(*parts: bytes) -> bytes:
    """An answer in these pieces, each with its length before it."""
    return CHUNKED + b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


Answer = Callable[["Raw", socket.socket], None]


@dataclass
class Raw:
    """A service that reads one request after the other and answers each as `answer` says.

    `requests` are the requests as they came, `connections` how many were opened. `stopping` is set at the end.
    """

    answer: Answer
    tls: ssl.SSLContext | None = None
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def running(self) -> Iterator[str]:
        """Its address, as long as it runs."""
        with socket.create_server(("127.0.0.1", 0)) as door:
            accepting = threading.Thread(target=self._accept, args=(door,), daemon=True)
            accepting.start()
            try:
                yield f"http{'s' if self.tls else ''}://127.0.0.1:{door.getsockname()[1]}/base"
            finally:
                self.stopping.set()
                with suppress(OSError):
                    door.shutdown(socket.SHUT_RDWR)
                accepting.join(10)

    def _accept(self, door: socket.socket) -> None:
        with suppress(OSError):
            while True:
                peer, _ = door.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _speaking(self, peer: socket.socket) -> socket.socket:
        return self.tls.wrap_socket(peer, server_side=True) if self.tls else peer

    def _serve(self, peer: socket.socket) -> None:
        with suppress(OSError), self._speaking(peer) as peer:
            while request := _request(peer):
                self.requests.append(request)
                self.answer(self, peer)


def says(*answers: bytes) -> Answer:
    """These bytes, request after request; the last ones ever again."""
    waiting = list(answers)

    def answer(raw: Raw, peer: socket.socket) -> None:
        peer.sendall(waiting.pop(0) if len(waiting) > 1 else waiting[0])

    return answer


def says_and_closes(content: bytes) -> Answer:
    """These bytes, and no more."""

    def answer(raw: Raw, peer: socket.socket) -> None:
        peer.sendall(content)
        peer.shutdown(socket.SHUT_RDWR)

    return answer


def drips(before: bytes, drop: bytes) -> Answer:
    """`before`, and then `drop` again and again until the test is over."""

    def answer(raw: Raw, peer: socket.socket) -> None:
        peer.sendall(before)
        while not raw.stopping.wait(0.02):
            peer.sendall(drop)

    return answer


def _request(peer: socket.socket) -> bytes:
    """Head and body of the next request; nothing where the connection was closed."""
    content = b""
    while b"\r\n\r\n" not in content:
        piece = peer.recv(65_536)
        if not piece:
            return b""
        content += piece
    head, _, body = content.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += peer.recv(65_536)
    return head + b"\r\n\r\n" + body


def body_in(request: bytes) -> dict[str, Any]:
    """The JSON that a request carried."""
    told: dict[str, Any] = json.loads(request.partition(b"\r\n\r\n")[2])
    return told


def headers_in(request: bytes) -> dict[str, str]:
    """Its headers, by their names in small letters."""
    lines = request.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
    return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
