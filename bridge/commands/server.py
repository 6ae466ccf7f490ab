"""The production WSGI server: granian, in our own process (docs/decisions/0001-granian-in-one-process.md)."""

from __future__ import annotations

import errno
import gc
import logging
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any, Protocol

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.mt import MTServer

from bridge.commands.reception import Reception
from bridge.errors import SetupError

log = logging.getLogger(__name__)

WAIT_FOR_PORT = 10.0  # seconds; a killed predecessor may need a moment to let go
LISTENS = 0.5  # seconds until a signal is heard that nobody was woken by
THREADS = 64  # requests worked on at once
CONNECTIONS = 1024  # open at once, silent ones for ten seconds; more wait in the kernel


class Running(Protocol):
    """What is started before the first request and stopped after the last."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


class _Alarm(threading.Event):
    """An event whose waiting ends now and then, so that a signal is heard that did not break it off.

    Python handles signals in its main thread, between two steps. One that another thread was given, or that came
    just as the wait began, would be handled after the next one only.
    """

    def wait(self, timeout: float | None = None) -> bool:
        while not super().wait(LISTENS if timeout is None else timeout) and timeout is None:
            pass
        return self.is_set()


class _OneProcess(MTServer):
    """Granian's threaded server. It runs well under the interpreter lock; only its own check denies it."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.main_loop_interrupt = _Alarm()

    def _check_gil(self) -> None: ...


def serve(app: Callable[..., Any], running: Running, host: str, port: int) -> int:
    """Serve `app` until SIGTERM or Ctrl-C. Returns the exit code: 1 where the server stopped by itself."""
    server = _OneProcess(
        "bridge",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,  # while it may still become HTTP/2, a silent connection is never closed
        websockets=False,
        workers=1,
        backpressure=CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=10_000, max_buffer_size=65_536),
        log_dictconfig={"version": 1, "disable_existing_loggers": False},
    )
    logging.getLogger("_granian").setLevel(logging.ERROR)  # it warns of an interpreter that we do not use
    running.start()
    log.info("Listening on http://%s:%d", f"[{host}]" if ":" in host else host, port)
    gc.freeze()  # what is there by now stays; going through it again and again would only hold up requests
    try:
        server.serve(target_loader=lambda: Reception(app, THREADS), wrap_loader=False)
    except SystemExit as stopped:
        return int(stopped.code or 0)
    finally:
        running.stop()
    return 0


def wait_for_port(host: str, port: int, seconds: float = WAIT_FOR_PORT, another: str = "PORT=…") -> None:
    """Return once `port` can be listened on. Raises `SetupError` after `seconds`; `another` is how to choose one.

    The server itself would share a busy port silently (SO_REUSEPORT), and answer every second request.
    """
    give_up_at = time.monotonic() + seconds
    if seconds and _port_problem(host, port) == errno.EADDRINUSE:
        log.warning("event=port_in_use port=%d waiting_seconds=%g", port, seconds)
    while (problem := _port_problem(host, port)) == errno.EADDRINUSE and time.monotonic() < give_up_at:
        time.sleep(0.2)
    if problem == errno.EADDRINUSE:
        raise SetupError(f"port {port} is in use by another program: stop it, or choose another with {another}")
    if problem:
        raise SetupError(f"cannot listen on {host} port {port}: choose others with HOST=… and {another}")


def _port_problem(host: str, port: int) -> int:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, kind)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        return error.errno or errno.EINVAL
    return 0
