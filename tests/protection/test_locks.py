"""What is installed to run is locked file by file, and the locks say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib.metadata import distribution

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.servers import PROJECT

ELSEWHERE = {"tzdata"}  # on Windows only, so that no lock from a Linux machine has it


def pins(file: str) -> Mapping[str, str]:
    """Version by name."""
    return {canonicalize_name(one.name): str(one.specifier).removeprefix("==") for one in _requirements(file)}


def _requirements(file: str) -> Iterator[Requirement]:
    for line in (PROJECT / file).read_text("utf-8").splitlines():
        text = line.split("#")[0].split("--hash")[0].rstrip(" \\")
        if text and not text.startswith(("-", " ")):
            yield Requirement(text)


HASHED = pins("requirements.hashes")


def test_every_package_that_is_asked_for_is_hashed_in_that_version() -> None:
    wanted = pins("requirements.txt")
    assert {name: HASHED.get(name) for name in wanted} == wanted, "run: make lock"


def test_both_locks_name_the_same_versions() -> None:
    locked = pins("requirements.lock")
    assert {name: locked.get(name) for name in HASHED if name not in ELSEWHERE} == {
        name: version for name, version in HASHED.items() if name not in ELSEWHERE
    }, "run: make lock"


def test_every_package_has_the_hashes_of_its_files() -> None:
    text = (PROJECT / "requirements.hashes").read_text("utf-8")
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert len(blocks) == len(HASHED)
    assert [block.split()[0] for block in blocks if not re.search(r"--hash=sha256:[0-9a-f]{64}", block)] == []


def test_nothing_in_it_depends_on_where_it_was_made() -> None:
    text = (PROJECT / "requirements.hashes").read_text("utf-8")
    assert "://" not in text
    assert "--index" not in text


@pytest.mark.parametrize("minor", [11, 12, 13, 14])
def test_it_leaves_nothing_out_for_a_python_that_we_run_on(minor: int) -> None:
    """Every dependency of every installed package is in it, by the markers of that Python on Linux."""
    place = {"python_version": f"3.{minor}", "python_full_version": f"3.{minor}.0", "sys_platform": "linux"}
    missing = {
        f"{name} needs {needed.name}"
        for name in HASHED
        if name not in ELSEWHERE
        for needed in map(Requirement, distribution(name).requires or ())
        if (needed.marker is None or needed.marker.evaluate({**place, "extra": ""}))
        and canonicalize_name(needed.name) not in HASHED
    }
    assert missing == set()
