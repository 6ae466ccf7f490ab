"""docs/menu-file.md: its examples load, and it names every key there is."""

from __future__ import annotations

import re

import pytest

from bridge.errors import FileRefused
from bridge.menu import Budget, read_menu
from bridge.menu.schema import (
    TYPES,
    ChoiceSchema,
    EndSchema,
    LanguageSchema,
    MenuSchema,
    PartialSchema,
    QuestionSchema,
    RouteSchema,
)
from bridge.menu.survey import survey
from bridge.menu.words import KEYS, known_languages
from tests.menu.dialogues import ROOT

GUIDE = (ROOT / "docs" / "menu-file.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)

AROUND = """\
menu: example
languages: {en: {label: English}}
help_line: "116"
"""
END = "end: {label: 'Bye {reference}', label_unsent: Bye}\n"
QUESTION = "questions:\n  - {name: problem, type: text, label: What is wrong?}\n"


def whole(example: str) -> str:
    """A menu around an example of questions or of keys of the file."""
    if example.startswith("menu:"):
        return example
    if example.startswith("- name:"):
        return AROUND + "questions:\n" + example + END
    return AROUND + QUESTION + example + END


def test_the_guide_has_examples() -> None:
    assert len(EXAMPLES) >= 9


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.split("\n")[0])
def test_an_example_loads_and_fits(example: str) -> None:
    menu = read_menu(whole(example).encode(), "the guide")
    assert all(sight.fits for sight in survey(menu, Budget()))


@pytest.mark.parametrize(
    "schema",
    [MenuSchema, LanguageSchema, QuestionSchema, ChoiceSchema, EndSchema, PartialSchema, RouteSchema],
    ids=lambda schema: schema.__name__,
)
def test_every_key_is_explained(schema: type[MenuSchema]) -> None:
    for key in schema().fields:
        assert f"`{key}`" in GUIDE, key


def test_every_type_word_and_language_is_explained() -> None:
    for word in (*TYPES, *KEYS, *known_languages()):
        assert f"`{word}`" in GUIDE, word


def test_the_faults_shown_are_those_that_are_told() -> None:
    broken = EXAMPLES[0].replace("max: 500", "max: 5oo").replace("choices: yes_no", "choices: yesno")
    with pytest.raises(FileRefused) as refused:
        read_menu(broken.encode(), "menus/water.yaml")
    shown = re.findall(r"^    (menus/water\.yaml: line .*)$", GUIDE, re.MULTILINE)
    assert str(refused.value).splitlines() == shown
