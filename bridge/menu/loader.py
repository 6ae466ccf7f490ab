"""Menu files, read or refused."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from bridge.errors import Fault, FileRefused, SetupError
from bridge.menu.build import build_menu
from bridge.menu.crosschecks import cross_check
from bridge.menu.definition import Menu
from bridge.menu.document import read_document
from bridge.menu.schema import MENU_KEYS, MenuSchema
from bridge.menu.shape import checked
from bridge.menu.source import source_of


def load_menu(path: Path) -> Menu:
    """The menu of a file. Raises FileRefused with every fault: line, path within it, found, expected."""
    return read_menu(source_of(path), str(path))


def read_menu(source: bytes, file: str) -> Menu:
    """The menu written in `source`; `file` names it in faults."""
    document = read_document(source)
    data = checked(document, MenuSchema(), "a menu", MENU_KEYS)
    if isinstance(document.data, dict):
        cross_check(document, data)
    if not document.faults:
        menu = build_menu(document, data)
    if document.faults:
        raise FileRefused(file, sorted(document.faults, key=lambda fault: fault.line or 0))
    return menu


def menu_files(folders: Path | Sequence[Path]) -> list[Path]:
    """The menu files (`*.yaml`) of a folder or of several. What lies in folders below them is left alone.

    Raises SetupError where a folder is missing or holds none: a service without menus has nothing to say to a caller.
    """
    listed = [folders] if isinstance(folders, Path) else folders
    faults = [fault for folder in listed if (fault := _nothing_in(folder))]
    if faults or not listed:
        raise SetupError("\n".join(faults) or "MENUS_DIR names no folder")
    return [path for folder in listed for path in sorted(folder.glob("*.yaml"))]


def _nothing_in(folder: Path) -> str:
    if not folder.is_dir():
        return f"MENUS_DIR: there is no folder {folder}"
    if not os.access(folder, os.R_OK | os.X_OK):
        return f"MENUS_DIR: this user may not read the folder {folder}"
    return "" if any(folder.glob("*.yaml")) else f"MENUS_DIR: the folder {folder} holds no menu (a file *.yaml)"


def load_menus(folders: Path | Sequence[Path]) -> dict[str, Menu]:
    """Every menu of a folder or of several, by its name; of the same name in two folders, the first one's.

    Raises FileRefused with the faults of all bad files; else SetupError for all files that hold the menu of another
    file of their folder.
    """
    found: dict[str, tuple[Path, Menu]] = {}
    refused: list[FileRefused] = []
    twice: list[str] = []
    for path in menu_files(folders):
        try:
            menu = load_menu(path)
        except FileRefused as error:
            refused.append(error)
            continue
        first, _ = found.setdefault(menu.name, (path, menu))
        if first != path and first.parent == path.parent:
            twice.append(f"{path}: the menu {menu.name} is in {first.name} of this folder too; rename one")
    if refused:
        raise _all_of(refused)
    if twice:
        raise SetupError("\n".join(twice))
    return {name: menu for name, (_, menu) in found.items()}


def _all_of(refused: list[FileRefused]) -> FileRefused:
    if len(refused) == 1:
        return refused[0]
    faults = [
        Fault(f"{error.file}: {fault.path}", fault.found, fault.expected, fault.line)
        for error in refused
        for fault in error.faults
    ]
    return FileRefused("menus", faults)
