"""Last words when we can do no more, in the language that the caller was spoken to last."""

from __future__ import annotations

from bridge.gateways.turn import Reply
from bridge.menu import Budget, Menu, State, answer, apology, language_of


def sorry(menu: Menu, language: str | None, budget: Budget) -> Reply:
    """The apology with the help line; in all languages where none is known."""
    return Reply(apology(menu, language, budget).text, ends=True)


def language_in(menu: Menu, transcript: tuple[str, ...] | None, budget: Budget) -> str | None:
    """The language that a transcript's first input chose, where the menu asks for it first."""
    if not transcript or menu.questions[0].type != "language":
        return None
    return language_of(menu, answer(menu, State(), transcript[0], budget).state)
