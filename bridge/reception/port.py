"""Whether there is a port to listen on."""

from __future__ import annotations

import errno
import logging
import socket
import time
from contextlib import closing

from bridge.errors import SetupError

log = logging.getLogger(__name__)

WAIT_FOR_PORT = 10.0  # seconds; a killed predecessor may need a moment to let go


def wait_for_port(host: str, port: int, seconds: float = WAIT_FOR_PORT, another: str = "PORT=…") -> None:
    """Return once `port` can be listened on. Raises `SetupError` after `seconds`; `another` is how to choose one."""
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
