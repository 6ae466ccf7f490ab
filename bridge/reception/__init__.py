"""Where requests come in: from bytes on a connection to a WSGI application, and its answer back (docs/decisions/0032).

`serve` an application until somebody says stop.
"""

from __future__ import annotations

from bridge.reception.port import wait_for_port
from bridge.reception.server import serve

__all__ = ["serve", "wait_for_port"]
