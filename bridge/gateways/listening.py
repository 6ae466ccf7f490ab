"""What is new in a turn: nothing in a retry, one input, or several; and when a gateway contradicts itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bridge.gateways.talk import Talk
from bridge.gateways.turn import Turn

Digest = Callable[[str], str]

REPEAT_SECONDS = 1.0
"""A gateway without turn numbers that sends the same input again this soon after our answer repeats itself: nobody
reads a screen and answers it faster, since the screen alone takes longer on the air (docs/gateways.md)."""


class ContradictionError(Exception):
    """The transcript is not a continuation of what was heard before."""


def new_inputs(talk: Talk, transcript: Sequence[str], digest: Digest) -> tuple[str, ...]:
    """The inputs that `transcript` adds to those heard; none in a retry. Raises `ContradictionError`.

    Only the transcript that was heard decides: a caller may type `*` and send nothing, so the last piece tells little.
    Two new pieces that are both empty are one input, the `*` that stands between them.
    """
    before, added = transcript[: talk.heard], tuple(transcript[talk.heard :])
    if len(before) < talk.heard or digest("*".join(before)) != talk.digest:
        raise ContradictionError
    return ("*",) if added == ("", "") else added


def is_repeat(talk: Talk, turn: Turn, digest: Digest, since_answer: float) -> bool:
    """Whether a gateway that sends the latest input alone sends it a second time.

    By its own turn number where it has one (a lower number is a late repetition), else by input and time.
    `since_answer` is in seconds and negative where the turn arrived before the last one was answered.
    """
    if turn.stamp and talk.stamp:
        return turn.stamp == talk.stamp or _is_lower(turn.stamp, talk.stamp)
    return digest(turn.input) == talk.digest and since_answer < REPEAT_SECONDS


def _is_lower(stamp: str, than: str) -> bool:
    numbers = stamp.isascii() and stamp.isdigit() and than.isascii() and than.isdigit()
    return numbers and int(stamp) < int(than)
