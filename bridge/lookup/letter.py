"""What a look-up sends: a small JSON body, signed as Standard Webhooks 1.0."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence

from bridge.inquiry import Inquiry
from bridge.menu import answers_of, language_of
from bridge.signature import Secret, sign

VERSION = 1


def body_of(inquiry: Inquiry) -> bytes:
    """The same bytes for the same inquiry. There is no time in it."""
    return json.dumps(
        {
            "version": VERSION,
            "menu": inquiry.menu.name,
            "question": inquiry.question,
            "language": language_of(inquiry.menu, inquiry.state) or inquiry.menu.first_language,
            "session": inquiry.session,
            "caller": inquiry.caller,
            "service_code": inquiry.service_code,
            "simulated": inquiry.simulated,
            "answers": answers_of(inquiry.menu, inquiry.state),
            "secrets": _secrets(inquiry),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode("utf-8", "replace")  # a phone's stray surrogate is no reason to fail


def headers_of(body: bytes, secrets: Sequence[Secret], now: float) -> dict[str, str]:
    """Signed by every secret, so that the service can change its own at its own time.

    The id is a keyed hash of the body: what is sent again is known again, and nothing can be read from it.
    """
    id, at = "lookup_" + hmac.digest(secrets[0].key, body, "sha256").hex()[:32], int(now)
    return {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "User-Agent": "ussd-bridge",
        "webhook-id": id,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(sign(secret, id, at, body) for secret in secrets),
    }


def _secrets(inquiry: Inquiry) -> Mapping[str, str]:
    """The answer to the secret question right before, if it was given in this turn. No other one travels."""
    last = inquiry.state.answers[-1][0] if inquiry.state.answers else None
    return {name: value for name, value in inquiry.state.secrets if name == last}
