"""Look-ups as an admin meets them first: in the demo, and in the check of a menu that a route gives to Telerivet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.cli import main
from tests.demo import Caller
from tests.menu.dialogues import ROOT

ROUTES = {
    "by its code": "routes: [{gateway: telerivet, service_code: '*1#', menu: wallet}]",
    "by its gateway": "routes: [{gateway: [hubtel, telerivet], menu: wallet}]",
}


@pytest.mark.parametrize("gateway", ["africastalking", "nsano"])
def test_the_demo_answers_the_examples_look_ups(caller: Callable[[str], Caller], gateway: str) -> None:
    phone = caller(gateway)
    assert "Kiswahili" in phone.dial("*126#")
    assert phone.press("1", "1234").startswith("What do you need?")
    assert phone.press("1") == "Your balance:\n12 500 CFA."


def test_at_telerivet_the_demo_shows_what_a_script_can(caller: Callable[[str], Caller]) -> None:
    assert caller("telerivet").dial("*126#").startswith("Choose language / Choisissez la langue\n")


@pytest.mark.parametrize("name", ROUTES)
def test_a_route_of_telerivet_to_a_menu_with_look_ups_fails_the_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "routes.yaml"
    file.write_text(ROUTES[name])
    monkeypatch.setenv("ROUTES_FILE", str(file))
    assert main(["menu", "check", str(ROOT / "menus" / "examples" / "wallet.yaml")]) == 1
    failures = [line for line in capsys.readouterr().out.splitlines() if line.startswith("FAIL")]
    assert len(failures) == 7
    assert all("only server-run gateways can have" in line for line in failures)


def test_at_other_gateways_it_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "routes.yaml"
    file.write_text("routes: [{gateway: hubtel, menu: wallet}, {gateway: telerivet, menu: support}]")
    monkeypatch.setenv("ROUTES_FILE", str(file))
    assert main(["menu", "check", str(ROOT / "menus" / "examples" / "wallet.yaml")]) == 0
    assert "FAIL" not in capsys.readouterr().out
