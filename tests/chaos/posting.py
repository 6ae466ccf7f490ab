"""One signed submission over HTTP, as a provider's script sends it."""

from __future__ import annotations

import time
from typing import Any

import requests

from tests.intake.signing import body, headers, secret_text

SECRET_TEXT = secret_text("first")
PATIENCE = 30.0  # seconds; longer than the bridge waits for its store


def post(
    port: int, session: str, *, key: str = "", ahead: float = 0.0, timeout: float = PATIENCE, **changes: Any
) -> requests.Response:
    """Send the submission of `session`, signed `ahead` seconds from now. Raises what `requests` raises."""
    raw, key = body(session_id=session, **changes), key or session
    url = f"http://127.0.0.1:{port}/v1/submissions"
    return requests.post(url, data=raw, headers=headers(raw, key, int(time.time() + ahead)), timeout=timeout)
