"""Last words when we can do no more, in the language that the caller was spoken to last."""

from __future__ import annotations

import threading
from collections import OrderedDict

from bridge.gateways.turn import Reply
from bridge.menu import Budget, Menu, State, answer, apology, language_of

REMEMBERED = 20_000  # sessions


class Languages:
    """The languages of the latest sessions of this process, in memory: for the moment when the store cannot say."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._languages: OrderedDict[bytes, str] = OrderedDict()
        self._most, self._lock = most, threading.Lock()

    def remember(self, key: bytes, language: str | None) -> None:
        """`key` is the session's keyed hash."""
        if language is None:
            return
        with self._lock:
            self._languages[key] = language
            self._languages.move_to_end(key)
            if len(self._languages) > self._most:
                self._languages.popitem(last=False)

    def of(self, key: bytes) -> str | None:
        """The language spoken last, or None."""
        return self._languages.get(key)


def sorry(menu: Menu, language: str | None, budget: Budget) -> Reply:
    """The apology with the help line; in all languages where none is known."""
    return Reply(apology(menu, language, budget).text, ends=True)


def language_in(menu: Menu, transcript: tuple[str, ...] | None, budget: Budget) -> str | None:
    """The language that a transcript's first input chose, where the menu asks for it first."""
    if not transcript or menu.questions[0].type != "language":
        return None
    return language_of(menu, answer(menu, State(), transcript[0], budget).state)
