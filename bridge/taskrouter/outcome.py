"""What a call to TaskRouter came to, in the few kinds that delivery decides by."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

OutcomeKind = Literal["done", "missing", "limited", "unsent", "unknown", "refused", "fault"]


class Outcome(Struct, frozen=True):
    """One of seven kinds. `reason` is for a person: our own words, no personal data, no secrets.

    done      it took effect; `task_sid` names the task
    missing   the task is not there, or has ended
    limited   429: certainly no effect; wait `retry_after` seconds (None: Twilio did not say)
    unsent    certainly no effect: nothing was sent, or it was turned away for a passing reason
    unknown   it may have had effect: timeout, reset, 5xx, an answer that cannot be read
    refused   will never pass for this submission
    fault     the set-up is wrong; `reason` says which setting to mend
    """

    kind: OutcomeKind
    task_sid: str | None = None
    http_status: int | None = None
    code: int | None = None
    retry_after: float | None = None
    reason: str = ""
