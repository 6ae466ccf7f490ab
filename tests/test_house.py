"""The house is as docs/developer.md says: every file on a floor, one idea a file, one step a function."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HOUSE = Path("bridge")
FILES = [file for file in sorted(HOUSE.rglob("*.py")) if "__pycache__" not in file.parts]
WALK = Path("docs/developer.md").read_text(encoding="utf-8")
LONGEST_FILE, LONGEST_FUNCTION = 300, 50  # lines
NO_IDEA = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}


def test_every_file_and_folder_stands_on_a_floor_of_the_walk() -> None:
    floors = WALK.split("## The floors")[1].split("\n## ")[0]
    here = [f"{path.name}/" if path.is_dir() else path.name for path in HOUSE.iterdir() if path.name != "__pycache__"]
    assert [name for name in sorted(here) if f"`{name}`" not in floors] == []


@pytest.mark.parametrize("file", FILES, ids=str)
def test_a_file_holds_one_idea(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    assert source.count("\n") <= LONGEST_FILE
    assert file.stem not in NO_IDEA
    assert not source or ast.get_docstring(ast.parse(source)), "its first line says what it is"


def test_a_function_is_a_step() -> None:
    lengths = sorted(node.end_lineno - node.lineno + 1 for node in _functions() if node.end_lineno)
    assert lengths[len(lengths) // 2] <= 10
    assert lengths[len(lengths) * 9 // 10] <= 30
    assert lengths[-1] <= LONGEST_FUNCTION


def _functions() -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    nodes = [node for file in FILES for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    return [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
