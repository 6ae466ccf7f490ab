"""Callers with a will of their own, and what the menu's pure engine says that each of them must see."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bridge.gateways import BUDGETS
from bridge.menu import Menu, State, answer, answers_of, begin, read_menu
from tests.gateways.phones import Phone, Screen

SOURCE = b"""
menu: support
languages: {en: {label: English}, fr: {label: Francais}}
help_line: "116"
partial: {after: [name]}
questions:
  - {name: language, type: language, label: "Language / Langue"}
  - {name: name, type: text, label: {en: "Your name", fr: "Votre nom"}}
  - name: need
    type: select_one
    label: {en: "What do you need", fr: "De quoi avez-vous besoin"}
    choices: [{name: food, label: Food}, {name: shelter, label: Shelter}, {name: legal, label: Legal}]
  - {name: children, type: integer, min: 1, max: 30, label: {en: "How many children", fr: "Combien d'enfants"}}
  - {name: right, type: confirm, label: {en: "Is this right?", fr: "Est-ce juste ?"}}
end:
  label: {en: "Thank you. Your reference: {reference}", fr: "Merci. Votre reference : {reference}"}
  label_unsent: {en: "Thank you.", fr: "Merci."}
"""
REFERENCE = re.compile(r"(?<=: )[2-9A-Z]{6}$")
MARKS = re.compile(r"mark\d+x")


def menu_with_words() -> Menu:
    """A menu that says a caller's own words back to them, so that a mix-up shows."""
    return read_menu(SOURCE, "callers")


@dataclass
class Caller:
    """One person with one phone: what they will press, and how far they have come by the engine's word."""

    number: int
    phone: Phone
    menu: Menu
    keys: list[str]
    state: State = field(default_factory=State)
    seen: list[Screen] = field(default_factory=list)
    done: bool = False
    gave_up: bool = False
    begun: bool = False

    @property
    def mark(self) -> str:
        return f"mark{self.number}x"

    def step(self) -> None:
        """The next thing this caller does, and a look at what comes back."""
        screen = self.phone.dial() if not self.begun else self.phone.press(self.keys[0])
        self.check(screen, None if not self.begun else self.keys.pop(0))
        self.begun = True

    def check(self, screen: Screen, key: str | None) -> None:
        """The screen must be the engine's, to the letter, and nobody else's words on it."""
        budget = BUDGETS[self.phone.gateway]
        step = begin(self.menu, budget) if key is None else answer(self.menu, self.state, key, budget)
        self.state = step.state
        self.done, self.gave_up = step.outcome == "complete", step.outcome == "gave_up"
        assert set(MARKS.findall(screen.text)) <= {self.mark}
        assert screen.ends == (self.done or self.gave_up)
        assert REFERENCE.search(screen.text) if step.screen is None else screen.text == step.screen.text
        self.seen.append(screen)

    @property
    def is_over(self) -> bool:
        return self.done or self.gave_up or (self.begun and not self.keys)

    def answers(self) -> dict[str, str]:
        return answers_of(self.menu, self.state)


def chances(seed: int) -> random.Random:
    """Chance that can be repeated."""
    return random.Random(seed)  # noqa: S311 — no secret is made of it


def keys_of(number: int, chance: random.Random) -> list[str]:
    """A way through the menu with mistakes, and now and then a hanging up in the middle."""
    keys = list(_through(number, chance))
    return keys[: chance.randrange(1, len(keys))] if chance.random() < 0.25 else keys


def _through(number: int, chance: random.Random) -> Iterator[str]:
    for right in (chance.choice("12"), f"mark{number}x", chance.choice("123"), str(chance.randrange(1, 9)), "1"):
        if chance.random() < 0.25:
            yield "" if right.startswith("mark") else chance.choice(("77", "x", "#", "*", "0"))
        yield right
    yield from ("1", "1", "1")  # for those whom a step back or a mistake took off the way
