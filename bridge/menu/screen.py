"""A screen, what may stand on it, and how one language is put on one gateway's screens."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from msgspec import Struct

from bridge.menu.alphabet import septets, units
from bridge.menu.definition import ANY, Menu
from bridge.menu.folding import fold_whatever_comes, to_ascii
from bridge.menu.said import Said

Unit = Literal["septets", "units"]


class Budget(Struct, frozen=True):
    """What a gateway carries on one screen: septets of GSM 03.38, or UTF-16 units for UCS-2 languages."""

    septets: int = 160
    units: int = 70
    alphabet: Literal["gsm7", "ascii"] = "gsm7"


class Screen(Said, frozen=True):
    """The text of one step. `ends` closes the session; `size` counts `unit`s."""

    text: str
    ends: bool
    size: int
    unit: Unit


class Tongue:
    """One language of one menu on one gateway: what its words look like there and how much fits."""

    def __init__(self, menu: Menu, budget: Budget, language: str) -> None:
        self._menu, self.language = menu, language
        self.folded = menu.encodings[language] == "gsm7"
        self._plain = self.folded and budget.alphabet == "ascii"
        self.limit = budget.septets if self.folded else budget.units
        self.unit: Unit = "septets" if self.folded else "units"

    def say(self, shown: str) -> str:
        """A label of the menu as this gateway carries it."""
        return to_ascii(shown) if self._plain else shown

    def say_whatever_comes(self, text: str) -> str:
        """Words from outside the menu: a caller's answer, a reference, what a look-up brought."""
        return self.say(fold_whatever_comes(text)) if self.folded else text

    def word(self, key: str, **values: int) -> str:
        """One of the engine's own words; `values` fill its {min} and {max}."""
        text = self._menu.words[key].shown[self.language]
        for name, value in values.items():
            text = text.replace("{" + name + "}", str(value))
        return self.say(text)

    def help(self) -> str:
        """The sentence with the help line, said whenever we can do no more."""
        return self.word("help").replace("{help_line}", self.say(self._menu.help_line))

    def cost(self, text: str) -> int:
        """Septets or units that `text` takes."""
        return septets(text) if self.folded else units(text)

    def screen(self, text: str, *, ends: bool = False) -> Screen:
        """`text`, measured."""
        return Screen(text, ends, self.cost(text), self.unit)


@lru_cache(maxsize=1024)
def tongue_of(menu: Menu, budget: Budget, language: str | None) -> Tongue:
    """The prepared tongue. None: no language is chosen yet."""
    return Tongue(menu, budget, ANY if language is None else language)
