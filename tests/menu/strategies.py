"""Random menus, budgets and inputs, for properties of any engine."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from bridge.menu import Budget, Menu
from bridge.menu.build import build_menu
from bridge.menu.document import Document
from bridge.menu.schema import MenuSchema
from bridge.menu.shape import checked

LETTERS = "abcxyz ABC019'?.éàçêß€[]^"
ARABIC = "ابتثجحخ طظع؟"
OPENING = ["0", "9", "1", "2", "3", "8"]


def label(letters: str = LETTERS, longest: int = 40) -> SearchStrategy[str]:
    """Words for a screen."""
    return st.text(alphabet=letters, min_size=1, max_size=longest).filter(lambda text: bool(text.strip()))


@st.composite
def labels(draw: DrawFn, codes: list[str], longest: int = 40) -> dict[str, str]:
    """Words in each language; some fall back to the first."""
    words = {code: draw(label(ARABIC if code == "ar" else LETTERS, longest)) for code in codes}
    optional = [code for code in codes[1:] if draw(st.integers(0, 4)) == 0 and (code == "ar" or "ar" not in codes)]
    return {code: text for code, text in words.items() if code not in optional}


@st.composite
def questions(draw: DrawFn, name: str, codes: list[str], before: list[dict[str, Any]]) -> dict[str, Any]:
    """One question that follows those before it."""
    kind = draw(st.sampled_from(["select_one", "select_one", "text", "integer", "note", "confirm", "lookup"]))
    question: dict[str, Any] = {"name": name, "type": kind, "label": draw(labels(codes))}
    lists = [other for other in before if other["type"] == "select_one"]
    is_filtered, is_conditional = draw(st.booleans()), draw(st.booleans())
    if kind == "select_one":
        places = range(draw(st.integers(1, 12)))
        question["choices"] = [{"name": f"c{place}", "label": draw(labels(codes, 25))} for place in places]
        if lists and is_filtered:
            other = draw(st.sampled_from(lists))
            question["choice_filter"] = other["name"]
            names = [choice["name"] for choice in other["choices"]]
            for choice in question["choices"]:
                choice[other["name"]] = draw(st.lists(st.sampled_from(names), min_size=1, max_size=4))
    if kind == "integer":
        low, high = sorted(draw(st.tuples(st.integers(0, 30), st.integers(0, 3000))))
        question |= {"min": low, "max": high}
    if kind == "text":
        low, high = sorted(draw(st.tuples(st.integers(1, 160), st.integers(1, 160))))
        question |= {"min": low, "max": high, "secret": draw(st.booleans())}
    if lists and is_conditional:
        other = draw(st.sampled_from(lists))
        names = [choice["name"] for choice in other["choices"]]
        question["relevant"] = {other["name"]: draw(st.lists(st.sampled_from(names), min_size=1, max_size=4))}
    return question


@st.composite
def menu_data(draw: DrawFn) -> dict[str, Any]:
    """A menu as its file would hold it."""
    codes = draw(st.lists(st.sampled_from(["en", "fr", "sw", "ar"]), min_size=1, max_size=3, unique=True))
    asked: list[dict[str, Any]] = []
    if len(codes) > 1:
        asked.append({"name": "language", "type": "language", "label": draw(label(longest=20))})
    for number in range(draw(st.integers(1, 5))):
        asked.append(draw(questions(f"q{number}", codes, asked)))
    return {
        "menu": "random",
        "languages": {code: {"label": draw(label(ARABIC if code == "ar" else LETTERS, 15))} for code in codes},
        "help_line": "116",
        "max_wrong": draw(st.integers(1, 4)),
        "questions": asked,
        "end": {"label": "{reference}", "label_unsent": draw(labels(codes))},
    }


def menu_from(data: dict[str, Any]) -> Menu:
    """The menu of this data, past the YAML parser, which is most of the time of loading."""
    document = Document(data=as_written(data))
    menu = build_menu(document, checked(document, MenuSchema(), "a menu"))
    assert not document.faults, document.faults
    return menu


def as_written(data: Any) -> Any:
    """Numbers and flags as the words that stand for them in a file."""
    if isinstance(data, dict):
        return {key: as_written(value) for key, value in data.items()}
    if isinstance(data, list):
        return [as_written(value) for value in data]
    return ("yes" if data else "no") if isinstance(data, bool) else str(data)


def menus() -> SearchStrategy[Menu]:
    """A random menu, loaded."""
    return menu_data().map(menu_from)


def budgets() -> SearchStrategy[Budget]:
    """From the smallest to what a phone holds."""
    return st.builds(Budget, st.integers(1, 182), st.integers(1, 80), st.sampled_from(["gsm7", "ascii"]))


def inputs() -> SearchStrategy[list[str]]:
    """Keys mostly, and whatever else a phone can send."""
    anything = st.text(max_size=30, alphabet=st.characters(exclude_categories=[]))
    digits = st.integers(0, 3000).map(str)
    return st.lists(st.one_of(st.sampled_from(OPENING), st.sampled_from(OPENING), digits, anything), max_size=25)
