"""Random menu files and random typing, for the test that holds both engines side by side."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from bridge.menu import Menu, read_menu

LANGUAGES = ("en", "fr", "ar", "sw")
_GSM = "abc deZ19éàçÇêœŒ’€[]{~|^-'\"?:.,!ñß"
_WIDE = "مساعدة ؟ 😀"
_KEYS = (*"0123456789*#", "", "00", "98", "12", " 1", "2.", "٣", "१", "１#", "-1", "999999999999999")
_ODD = ("\ud83d", "\udd98\ud83c", "a\u2028b", "\x00", "`", "\t1\t", "é" * 161, "7" * 200, "𐒢", "🆘", "constructor")
BROUGHT = ["yes", "no"]  # what look-ups bring

_names = st.sampled_from(("a", "b", "location", "constructor", "to_string", "q1"))


def _coin(draw: st.DrawFn) -> bool:
    return draw(st.booleans())


def _words(draw: st.DrawFn, code: str, longest: int) -> str:
    alphabet = _WIDE if code == "ar" else _GSM
    text = draw(st.text(st.sampled_from(alphabet.replace("{", "")), min_size=1, max_size=longest)).strip()
    return text or "x"


def _label(draw: st.DrawFn, languages: list[str], longest: int) -> dict[str, str]:
    return {code: _words(draw, code, longest) for code in languages}


def _choices(draw: st.DrawFn, languages: list[str], filters: dict[str, list[str]]) -> list[dict[str, Any]]:
    count = draw(st.integers(1, 12))
    longest = draw(st.sampled_from((3, 12, 60)))
    return [
        {"name": f"c{number}", "label": _label(draw, languages, longest)}
        | {name: draw(st.lists(st.sampled_from(values), min_size=1, unique=True)) for name, values in filters.items()}
        for number in range(count)
    ]


def _condition(draw: st.DrawFn, earlier: dict[str, list[str]]) -> dict[str, list[str]]:
    name = draw(st.sampled_from(sorted(earlier)))
    return {name: draw(st.lists(st.sampled_from(earlier[name]), min_size=1, max_size=3, unique=True))}


def _bounds(draw: st.DrawFn, kind: str) -> dict[str, int]:
    low = draw(st.sampled_from((1, 3) if kind == "text" else (0, 1, 9, 10)))
    most = 20 if kind == "text" else draw(st.sampled_from((10, 500, 999_999_999_999_999)))
    return {"min": low, "max": most}


def _is_choice(chooser: str, values: list[str]) -> bool:
    return chooser != "language" and values is not BROUGHT


def _question(draw: st.DrawFn, name: str, languages: list[str], earlier: dict[str, list[str]]) -> dict[str, Any]:
    kind = draw(st.sampled_from(("select_one", "select_one", "text", "integer", "note", "confirm", "lookup")))
    question: dict[str, Any] = {
        "name": name,
        "type": kind,
        "label": _label(draw, languages, draw(st.sampled_from((10, 200)))),
    }
    if earlier and _coin(draw):
        question["relevant"] = _condition(draw, earlier)
    if kind in ("text", "integer"):
        question |= _bounds(draw, kind)
    if kind == "text" and _coin(draw):
        question["secret"] = "yes"
    if kind == "select_one":
        choosers = {chooser: values for chooser, values in earlier.items() if _is_choice(chooser, values)}
        filters = _condition(draw, choosers) if choosers and _coin(draw) else {}
        question["choices"] = _choices(draw, languages, {name: earlier[name] for name in filters})
        if filters:
            question["choice_filter"] = sorted(filters)
        earlier[name] = [choice["name"] for choice in question["choices"]]
    if kind == "lookup":
        earlier[name] = BROUGHT
    return question


@st.composite
def menus(draw: st.DrawFn) -> Menu:
    """A menu that the loader takes, with every type of question."""
    languages = draw(st.lists(st.sampled_from(LANGUAGES), min_size=1, max_size=3, unique=True))
    earlier: dict[str, list[str]] = {}
    questions: list[dict[str, Any]] = []
    if len(languages) > 1 or _coin(draw):
        label = draw(st.sampled_from(("Language?", "Langue ?\nLanguage ?")))
        questions.append({"name": "language", "type": "language", "label": label})
        earlier["language"] = languages
    for name in draw(st.lists(_names, min_size=1, max_size=5, unique=True)):
        questions.append(_question(draw, name, languages, earlier))
    document = {
        "menu": "random",
        "languages": {code: {"label": code} for code in languages},
        "help_line": draw(st.sampled_from(("116", "+221 33 000"))),
        "max_wrong": draw(st.sampled_from((1, 5, 20))),
        "questions": questions,
        "end": {
            "label": {code: f"{words} {{reference}}" for code, words in _label(draw, languages, 20).items()},
            "label_unsent": _label(draw, languages, 20),
        },
    }
    answered = [question["name"] for question in questions if question["type"] in ("select_one", "text", "integer")]
    if answered and _coin(draw):
        document["partial"] = {"after": answered[:2]}
    return read_menu(json.dumps(document, ensure_ascii=False).encode(), "random.yaml")


typed = st.lists(
    st.one_of(
        *(st.sampled_from(("1", "1", "1", "2", "3", "9", "0", "9", "10", "abc")),) * 6,
        st.sampled_from(_KEYS),
        st.sampled_from(_ODD),
        st.text(max_size=30),
        st.text(st.sampled_from("ab é’😀\ud800\n*#0"), max_size=30),
    ),
    min_size=5,
    max_size=24,
)
