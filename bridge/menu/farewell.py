"""Last screens: the thanks with the reference, and polite words with the help line when we can do no more."""

from __future__ import annotations

from bridge.menu.definition import ANY, Menu
from bridge.menu.path import language_of
from bridge.menu.screen import Budget, Screen, tongue_of
from bridge.menu.state import State


def closing(menu: Menu, state: State, reference: str | None, budget: Budget) -> Screen:
    """The last screen of a complete session; None where no reference could be had."""
    language = language_of(menu, state) or menu.first_language
    tongue = tongue_of(menu, budget, language)
    if reference is None:
        return tongue.screen(tongue.say(menu.label_unsent.shown[language]), ends=True)
    thanks = tongue.say(menu.end.shown[language])
    return tongue.screen(thanks.replace("{reference}", tongue.say_whatever_comes(reference)), ends=True)


def apology(menu: Menu, language: str | None, budget: Budget) -> Screen:
    """The last screen when something of ours is broken. None: no language is known."""
    return last_words(menu, "sorry", language, budget)


def last_words(menu: Menu, why: str, language: str | None, budget: Budget) -> Screen:
    """`why` and where help is. Without a language in all of them, or in the first where that does not fit."""
    if language is not None and language in menu.languages:
        return _in_one(menu, why, language, budget)
    everyone = tongue_of(menu, budget, ANY)
    lines = [_in_one(menu, why, code, budget).text for code in menu.languages]
    screen = everyone.screen("\n".join(lines), ends=True)
    return screen if screen.size <= everyone.limit else _in_one(menu, why, menu.first_language, budget)


def _in_one(menu: Menu, why: str, language: str, budget: Budget) -> Screen:
    tongue = tongue_of(menu, budget, language)
    return tongue.screen(f"{tongue.word(why)} {tongue.help()}", ends=True)
