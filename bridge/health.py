"""The answers to those who ask whether we are alive, and ready."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bridge.wsgi import HttpAnswer, whole


def alive() -> HttpAnswer:
    """We answer, so we are. Asks nothing of anybody."""
    return _told(200, {"status": "alive"})


def ready(problems: Sequence[str]) -> HttpAnswer:
    """`problems` says in sentences why the bridge is not ready; none means that it is."""
    return _told(503 if problems else 200, {"problems": problems, "status": "not ready" if problems else "ready"})


def _told(status: int, what: dict[str, object]) -> HttpAnswer:
    return whole(status, "application/json", json.dumps(what, separators=(",", ":")).encode() + b"\n")
