"""The dialogues of `tests/dialogues/`: what a caller types and exactly what the phone shows. Data for every engine.

A dialogue is a mapping:

    about     what it pins, one sentence
    menu      a menu file, named from the project's root, or a menu written in place
    budget    septets, units, alphabet; what is missing is the default
    steps     in order: input (none: the call begins), screen (exact text), and where they are not the default
              outcome (asking), ends (false), question (not compared where it is missing),
              values (what look-ups brought that show nothing, in order), words (what the one after them brought;
              null: it failed), reference (of a complete session; null: none to be had)
    answers   what the submission would carry after the last step
    language  of the session after the last step; null: not chosen
    partial   whether a session that breaks off after the last step is kept
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bridge.menu import Budget, Menu, load_menu, read_menu

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "dialogues"


def all_dialogues() -> dict[str, dict[str, Any]]:
    """Every dialogue by the name of its file."""
    return {path.stem: read_dialogue(path) for path in sorted(FOLDER.glob("*.yaml"))}


def read_dialogue(path: Path) -> dict[str, Any]:
    """One dialogue, as plain data."""
    data: dict[str, Any] = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    return data


def menu_of(dialogue: dict[str, Any]) -> Menu:
    """The menu a dialogue is about."""
    if isinstance(dialogue["menu"], str):
        return load_menu(ROOT / dialogue["menu"])
    return read_menu(json.dumps(dialogue["menu"]).encode(), "menu in a dialogue")


def budget_of(dialogue: dict[str, Any]) -> Budget:
    """The budget a dialogue is for."""
    return Budget(**dialogue.get("budget", {}))


def portable() -> str:
    """Every dialogue with its compiled menu, as JSON: what an engine in another language is tested with."""
    dialogues = all_dialogues()
    return json.dumps(
        {name: {**dialogue, "menu": menu_of(dialogue).as_data()} for name, dialogue in dialogues.items()},
        ensure_ascii=False,
    )


if __name__ == "__main__":
    print(portable())
