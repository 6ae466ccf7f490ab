"""docs/data-protection.md says what is so: settings and defaults, kinds, commands, tests."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from bridge.cli import COMMANDS
from bridge.gateways import sweeper
from bridge.menu import load_menus
from bridge.settings import SETTINGS
from bridge.store import rates
from bridge.store.retention import Purged

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "data-protection.md").read_text("utf-8")
KEEP = [setting for setting in SETTINGS if setting.name.startswith("KEEP_")]


@pytest.mark.parametrize("setting", KEEP, ids=lambda setting: setting.name)
def test_every_time_stands_in_its_row_with_its_default(setting: object) -> None:
    name, default = setting.name, setting.default  # type: ignore[attr-defined]
    (row,) = [line for line in TEXT.splitlines() if line.startswith("|") and f"`{name}`" in line]
    assert re.search(rf"\b{default} (days|months)\b", row)


def test_when_sessions_go_is_what_the_sweeper_does() -> None:
    (row,) = [line for line in TEXT.splitlines() if line.startswith("| sessions |")]
    ttl = load_menus((ROOT / "menus",))["support"].session_ttl
    assert f"({ttl:g} seconds), at the latest {sweeper.PAUSE:g} seconds later" in row
    assert rates.WINDOW == 60  # "after a minute"


def test_every_kind_that_is_purged_has_its_row() -> None:
    rows = {line.split("|")[1].strip() for line in TEXT.splitlines() if line.startswith("|")}
    names = {"contents": "content", "undelivered": "undelivered content", "ids": "ids and references"}
    names |= {"audit": "audit trail"}
    assert {names.get(field, field) for field in Purged.__struct_fields__} <= rows


def test_every_command_it_names_is_there() -> None:
    named = set(re.findall(r"python -m bridge ([a-z]+)", TEXT))
    assert {"purge", "erase", "rotate", "audit", "backup", "secret"} <= named <= set(COMMANDS)


def test_no_secret_is_ever_an_argument_of_a_command() -> None:
    for name, entry in COMMANDS.items():
        parser = argparse.ArgumentParser()
        import_module(f"bridge.commands.{entry.module}").configure(parser)
        takes_a_value = [one for each in _parsers(parser) for one in each._actions if one.nargs != 0]
        named = " ".join(f"{one.dest} {one.metavar}" for one in takes_a_value).lower()
        assert re.search("secret|token|password|key", named) is None, name


def _parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """It, and those of its sub-commands."""
    yield parser
    for action in parser._actions:
        for below in action.choices.values() if isinstance(action.choices, dict) else ():
            yield from _parsers(below)


def test_every_test_it_names_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)`", TEXT)
    assert len(named) >= 12
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_its_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        file, _, _ = target.partition("#")
        assert not file or (ROOT / "docs" / file).exists(), target
    headings = {re.sub(r"[^\w\- ]", "", line[3:]).strip().lower().replace(" ", "-") for line in TEXT.splitlines()}
    assert [anchor for anchor in re.findall(r"\]\(#([^)]+)\)", TEXT) if anchor not in headings] == []
