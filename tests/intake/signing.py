"""What the tests of the signed webhook share: secrets, a clock, a body and its signed headers."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from bridge.signature import Secret, sign

NOW = 1_795_000_000


def secret_text(seed: str) -> str:
    """A well-formed secret, the same for the same seed."""
    return "whsec_" + base64.b64encode(hashlib.sha256(seed.encode()).digest()).decode()


SECRET = Secret.parse(secret_text("first"), "TEST")
OTHER = Secret.parse(secret_text("second"), "TEST")

SUBMISSION: dict[str, Any] = {
    "version": 1,
    "gateway": "telerivet",
    "session_id": "SM0123",
    "service_code": "*384*123#",
    "caller": "+221770000001",
    "menu": "support",
    "menu_version": "3f9c0b",
    "language": "fr",
    "answers": {"location": "dakar", "support_type": "shelter", "callback": "yes", "safe_to_call": "yes"},
    "complete": True,
    "simulated": False,
    "started_at": "2026-11-20T10:00:00Z",
    "submitted_at": "2026-11-20T10:01:10Z",
}


def body(**changes: Any) -> bytes:
    """The submission as JSON bytes, with `changes`."""
    return json.dumps(SUBMISSION | changes, ensure_ascii=False).encode()


def headers(raw: bytes, key: str = "SM0123", at: int = NOW, secret: Secret = SECRET) -> dict[str, str]:
    """The headers that a provider's script sends with `raw`."""
    return {
        "webhook-id": key,
        "webhook-timestamp": str(at),
        "webhook-signature": sign(secret, key, at, raw),
        "content-type": "application/json",
    }
