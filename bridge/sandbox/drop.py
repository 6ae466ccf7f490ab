"""How a connection is dropped under any WSGI server.

WSGI gives no socket. Our own server (`server.py`) offers `sandbox.cut` in the environment, which resets the
connection before a byte was answered. Elsewhere the answer promises more bytes than it has and then fails:
the client sees a connection that ended in the middle of an answer, which it must treat the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

from flask import Response

CUT = "sandbox.cut"


def dropped(environ: MutableMapping[str, Any]) -> Response:
    """An answer that never arrives whole."""
    cut = environ.get(CUT)
    if cut is not None:
        cut()
        return Response(status=500)
    answer = Response(_torn(), status=500, content_type="application/json")
    answer.headers["Content-Length"] = "4096"
    return answer


def _torn() -> Iterator[bytes]:
    yield b'{"sid'
    raise ConnectionAbortedError("the sandbox was told to drop this connection")
