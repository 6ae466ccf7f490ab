"""How a connection is dropped under any WSGI server.

WSGI gives no socket. Our own server (`server.py`) offers `sandbox.cut` in the environment, which resets the
connection before a byte was answered. Elsewhere the answer promises more bytes than it has: the
client sees it end in the middle or, under `serve`, waits for the rest until its own timeout.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask import Response

CUT = "sandbox.cut"


def dropped(environ: MutableMapping[str, Any]) -> Response:
    """An answer that never arrives whole."""
    cut = environ.get(CUT)
    if cut is not None:
        cut()
    answer = Response(iter([b'{"sid']), status=201, content_type="application/json")
    answer.headers["Content-Length"] = "4096"
    return answer
