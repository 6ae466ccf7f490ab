"""A look-up, between the session that asks and the service that knows: what is asked, and what comes back."""

from __future__ import annotations

from collections.abc import Callable

from bridge.menu import Menu, State
from bridge.value import Value


class Inquiry(Value, frozen=True):
    """What a session asks at `question`. `state` holds the answers, and the secrets of this turn alone.

    `session` is the same in every look-up of a session, and of one that goes on from it after a drop; it tells nothing
    by itself. `caller` is E.164, None where the number that came could not be read.
    """

    menu: Menu
    state: State
    question: str
    session: str
    caller: str | None
    service_code: str
    simulated: bool


class Found(Value, frozen=True):
    """What came back: `words` for the screen, or a `value` that is kept while nothing is shown. One of them is ""."""

    words: str = ""
    value: str = ""


LookUp = Callable[[Inquiry, float], Found | None]
"""Asks, and waits at most so many seconds. None where nothing came. Never raises."""


def no_look_up(inquiry: Inquiry, seconds: float) -> Found | None:
    """Where no service is set up: every look-up fails, and its screen says so."""
    return None
