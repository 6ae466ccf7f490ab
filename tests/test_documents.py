"""What the documents name is there: files, headings, commands with their options, files of the house."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from bridge.cli import COMMANDS

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "telerivet_script" / "README.md"]
LINK = re.compile(r'\]\(([^)\s]+)\)|src="([^"]+)"')
COMMAND = re.compile(r"python -m bridge((?: +[a-z][a-z-]*| +--[a-z-]+)+)")
PATH = re.compile(r"`((?:bridge|tests|bench|menus|telerivet_script|flex_plugin|docs|\.ci)/[\w./-]+\w/?)`")
MADE_LATER = {  # docs/add-a-gateway.md; make bench
    "bridge/gateways/dmark.py",
    "tests/gateways/fixtures/dmark.json",
    "bench/results/",
}

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


@every_page
def test_its_links_lead_somewhere(page: Path) -> None:
    found = [one or other for one, other in LINK.findall(_text(page))]
    inside = [target.partition("#")[::2] for target in found if not target.startswith("http")]
    lost = [name for name, _ in inside if name and not (page.parent / name).exists()]
    assert lost == []
    to_headings = [(page.parent / name if name else page, anchor) for name, anchor in inside if anchor]
    assert [anchor for file, anchor in to_headings if anchor not in _headings(file)] == []


@every_page
def test_the_files_it_names_are_there(page: Path) -> None:
    named = set(PATH.findall(_text(page))) - MADE_LATER
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@every_page
def test_the_commands_it_names_can_be_typed(page: Path) -> None:
    for words in COMMAND.findall(_text(page)):
        name, *rest = words.split()
        assert name in COMMANDS, name
        known = set(_words(_parser(name)))
        assert [word for word in rest if word.startswith("--") and word not in known] == [], words
        if _parser(name)._subparsers and rest:
            assert rest[0] in known, words


def test_pages_name_enough_to_be_wrong_about() -> None:
    told = "\n".join(map(_text, PAGES))
    assert len(PATH.findall(told)) > 50
    assert len(COMMAND.findall(told)) > 50
    assert {name for words in COMMAND.findall(told) for name in words.split()[:1]} >= set(COMMANDS) - {"demo"}


def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def _headings(page: Path) -> set[str]:
    """As GitHub makes addresses of them."""
    lines = [line.lstrip("#").strip().lower() for line in _text(page).splitlines() if line.startswith("#")]
    return {re.sub(r"[^\w\- ]", "", line).replace(" ", "-") for line in lines}


def _parser(name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    import_module(f"bridge.commands.{COMMANDS[name].module}").configure(parser)
    return parser


def _words(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Every option and sub-command, those of sub-commands included."""
    for action in parser._actions:
        yield from action.option_strings
        for word, below in action.choices.items() if isinstance(action.choices, dict) else ():
            yield word
            yield from _words(below)
