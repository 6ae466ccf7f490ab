"""The pages about gateways say what is: every gateway has its URL there, and the example works as it is written."""

from __future__ import annotations

import json
import re
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bridge.gateways import BUDGETS, GATEWAYS
from bridge.gateways.base import Gateway
from bridge.gateways.door import Door
from bridge.gateways.protection import guard
from bridge.gateways.turn import Reply
from bridge.menu import Budget
from bridge.settings import Gateway as GatewaySettings
from tests.gateways.conftest import TOKEN, House
from tests.gateways.test_fixtures import plain, request_of

DOCS = Path(__file__).parents[2] / "docs"


def blocks(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


@pytest.fixture(scope="module")
def example() -> Gateway:
    """The gateway of docs/add-a-gateway.md."""
    module = types.ModuleType("dmark")
    (source,) = blocks("add-a-gateway.md", "python")
    exec(compile(source, "docs/add-a-gateway.md", "exec"), module.__dict__)  # noqa: S102 — our own page
    made: Gateway = module.Dmark()
    return made


def test_every_gateway_has_its_name_and_its_screen_on_the_page() -> None:
    page = (DOCS / "gateways.md").read_text(encoding="utf-8")
    rows = {name: row for row in re.findall(r"^\|.*\|$", page, re.M) for name in row.split("|")[1].strip().split(", ")}
    for name, gateway in GATEWAYS.items():
        assert f"| {gateway.septets} |" in rows[name]
        assert f"`{name}`" in page or f"/ussd/{name}/<token>" in page


def test_the_fixtures_of_the_example_mean_what_they_say(example: Gateway) -> None:
    (text,) = blocks("add-a-gateway.md", "json")
    cases: list[Mapping[str, Any]] = json.loads(text)["cases"]
    for case in cases:
        turn = example.read(request_of(case["request"]))
        assert {name: plain(getattr(turn, name)) for name in case["turn"]} == case["turn"]
    assert example.write(Reply("Hello", ends=False), turn).body == b'{"responseString":"Hello","action":"request"}'


def test_the_example_can_be_dialled(example: Gateway, small_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BUDGETS, "dmark", Budget())
    given = guard("dmark", GatewaySettings(tokens=(TOKEN,)))
    small_house.gateways.doors["dmark"] = Door(example, given, small_house.gateways.turns)

    def ask(text: str, response: str) -> Any:
        query = {"transactionId": "1", "msisdn": "256700000001", "ussdServiceCode": "*255#", "ussdRequestString": text}
        return small_house.client.get(f"/ussd/dmark/{TOKEN}", query_string={**query, "response": response}).json

    assert ask("", "false")["responseString"].startswith("Choose language")
    assert ask("2", "true") == {
        "responseString": "Choisissez votre lieu\n1. Dakar\n2. Touba\n3. Thiès\n0 Retour",
        "action": "request",
    }
