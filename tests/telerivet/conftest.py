"""What the script's tests share: Node processes, started once, and the menu that ships."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bridge.menu import Menu, load_menu
from tests.telerivet.processes import NODE, ROOT, SCRIPT, Emulator, LineProcess


@pytest.fixture(autouse=True)
def _needs_node() -> None:
    if NODE is None:
        pytest.fail("Node is not installed: `make test` installs it")


@pytest.fixture(scope="session")
def engine() -> Iterator[LineProcess]:
    with LineProcess(SCRIPT / "test" / "engine_process.js") as process:
        yield process


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    with Emulator() as process:
        yield process


@pytest.fixture(scope="session")
def support() -> Menu:
    return load_menu(ROOT / "menus" / "support.yaml")
