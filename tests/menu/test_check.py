"""`menu check`: a table of every screen, and the reasons why a menu cannot be served."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bridge.commands.menu_check import run
from bridge.menu import Budget
from tests.menu.dialogues import ROOT
from tests.menu.test_loader import GOOD, changed

SUPPORT = ROOT / "menus" / "support.yaml"
MENUS = ROOT / "tests" / "dialogues" / "menus"
DEFAULT = {"default": Budget()}


def check(*files: Path, budgets: Mapping[str, Budget] = DEFAULT, scripted: Sequence[str] = ()) -> tuple[int, str]:
    """The exit code and what is printed."""
    out = io.StringIO()
    return run(files, budgets, out, scripted=scripted), out.getvalue()


def written(folder: Path, source: str) -> Path:
    """A menu file with these words."""
    file = folder / "menu.yaml"
    file.write_text(source, encoding="utf-8")
    return file


def line_with(printed: str, *words: str) -> str:
    """The one line that holds all these words."""
    lines = [line for line in printed.splitlines() if all(word in line for word in words)]
    assert len(lines) == 1, (words, printed)
    return lines[0]


def test_the_menu_that_ships_passes_and_shows_every_screen() -> None:
    code, printed = check(SUPPORT)
    assert code == 0
    assert line_with(printed, "all ", "language ").split() == ["all", "language", "61/160", "septets", "ç→c"]
    assert line_with(printed, "fr ", "callback: wrong key").split()[2:5] == ["wrong", "key", "72/160"]
    questions = ("location", "support_type", "callback", "safe_to_call")
    for name in (*questions, "last screen", "last screen without reference", "when we are broken"):
        assert line_with(printed, "  en  ", f" {name}  ")
    assert "FAIL" not in printed


def test_what_is_folded_is_a_warning_and_no_failure() -> None:
    code, printed = check(SUPPORT)
    assert code == 0
    assert "ê→e" in line_with(printed, "fr ", "support_type ")


def test_a_plain_ascii_gateway_folds_more() -> None:
    code, printed = check(SUPPORT, budgets={"plain": Budget(alphabet="ascii")})
    assert code == 0
    assert "é→e" in line_with(printed, "  fr  ", "last screen  ")


def test_a_screen_that_cannot_fit_fails_with_its_place_and_size(tmp_path: Path) -> None:
    long = "A" * 150
    code, printed = check(written(tmp_path, changed(("label: Age?", f"label: {long}"))))
    assert code == 1
    assert line_with(printed, "FAIL", "en, age: 178 septets, and default carries 160")
    assert "TOO LONG" in line_with(printed, "en ", "age: not a number ")


def test_only_the_gateway_that_is_too_small_fails() -> None:
    code, printed = check(SUPPORT, budgets={"default": Budget(), "tiny": Budget(septets=40)})
    assert code == 1
    failures = [line for line in printed.splitlines() if line.startswith("FAIL")]
    assert failures
    assert all("tiny carries 40" in line for line in failures)


def test_every_page_of_a_list_and_every_filter_is_shown() -> None:
    _, printed = check(MENUS / "registration.yaml")
    assert line_with(printed, "en ", "district 1/2 (north) ")
    assert line_with(printed, "en ", "district 2/2 (north) ")
    assert line_with(printed, "en ", "district (south) ")
    assert "(islands)" not in printed


def test_words_that_fall_back_are_named() -> None:
    code, printed = check(MENUS / "arabic.yaml")
    assert code == 0
    assert line_with(printed, "warning", "choices[tent].label", "fr", "read those in en")


def test_an_error_line_without_room_is_named_and_no_failure() -> None:
    code, printed = check(MENUS / "arabic.yaml")
    assert code == 0
    assert "no room" in line_with(printed, "all ", "language: wrong key")


def test_a_look_up_is_refused_where_the_provider_runs_the_menu() -> None:
    assert check(MENUS / "wallet.yaml")[0] == 0
    code, printed = check(MENUS / "wallet.yaml", scripted=["wallet"])
    assert code == 1
    assert line_with(printed, "FAIL", "questions[balance]", "only server-run")
    assert line_with(printed, "FAIL", "questions[pin]", "secret")


def test_a_secret_that_reaches_nobody_is_named() -> None:
    code, printed = check(MENUS / "wallet.yaml")
    assert code == 0
    assert line_with(printed, "warning", "questions[pin]", "reaches nobody")
    assert "reaches nobody" not in check(*sorted((ROOT / "menus" / "examples").glob("*.yaml")))[1]


def test_ucs2_is_refused_on_a_plain_ascii_gateway() -> None:
    code, printed = check(MENUS / "arabic.yaml", budgets={"plain": Budget(alphabet="ascii")})
    assert code == 1
    assert line_with(printed, "FAIL", "ar: needs UCS-2")


def test_all_faults_of_a_bad_file_are_reasons_and_the_good_file_is_still_shown(tmp_path: Path) -> None:
    bad = written(tmp_path, changed(("type: text", "type: txt"), ("label: Age?", "label: '{x}'")))
    code, printed = check(bad, SUPPORT)
    assert code == 1
    assert len([line for line in printed.splitlines() if line.startswith("FAIL")]) == 2
    assert "menu support, version" in printed


def test_no_file_is_a_failure() -> None:
    code, printed = check()
    assert code == 1
    assert "MENUS_DIR" in printed


@pytest.mark.parametrize("file", sorted(MENUS.glob("*.yaml")), ids=lambda file: file.stem)
def test_the_menus_of_the_dialogues_pass(file: Path) -> None:
    assert check(file)[0] == 0


def test_the_good_file_of_the_loader_passes(tmp_path: Path) -> None:
    assert check(written(tmp_path, GOOD))[0] == 0


def test_the_words_of_every_screen_are_shown_as_the_phone_shows_them() -> None:
    out = io.StringIO()
    assert run([SUPPORT], DEFAULT, out, show=True) == 0
    printed = out.getvalue()
    below = printed[printed.index("fr        support_type: wrong key") :].splitlines()[1:7]
    assert [line.strip() for line in below] == [
        "│ Ce choix n'existe pas.",
        "│ De quelle aide avez-vous besoin ?",
        "│ 1. Hébergement",
        "│ 2. Aide juridique",
        "│ 3. Nourriture et vetements",
        "│ 0 Retour",
    ]
    rows = [line for line in printed.splitlines() if "/160" in line]
    assert len([line for line in printed.splitlines() if "│" in line]) > len(rows)


def test_without_being_asked_no_words_are_shown() -> None:
    assert "│" not in check(SUPPORT)[1]


def test_two_files_of_a_folder_with_one_menu_fail(tmp_path: Path) -> None:
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")
    code, printed = check(tmp_path / "one.yaml", tmp_path / "two.yaml")
    assert code == 1
    assert line_with(printed, "FAIL") == ("FAIL two.yaml: the menu small is in one.yaml of this folder too; rename one")


def test_the_same_file_twice_and_the_same_menu_in_another_folder_pass(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    files = [written(tmp_path, GOOD), written(other, GOOD)]
    assert check(*files, files[0])[0] == 0
