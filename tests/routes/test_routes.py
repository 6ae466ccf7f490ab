"""Which route a dialled code takes, and how bad route files are refused."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.errors import FileRefused, SetupError
from bridge.menu import load_menus
from bridge.routes import Route, load_routes
from bridge.service import routes
from bridge.settings import Gateway, Settings

WORKFLOW, OTHER = "WW" + "1" * 32, "WW" + "2" * 32
BASE = Route(workflow=WORKFLOW, country="SN")
FILE = f"""
default: {{menu: support, priority: 1}}
routes:
  - {{gateway: telerivet, service_code: "*384*123#", menu: legal, workflow: {OTHER}}}
  - {{gateway: hubtel, country: GH}}
  - {{gateway: hubtel, service_code: "*713#", priority: 9, timeout: 3600, simulated: task, direct_dial: prefill}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "routes.yaml"


def test_without_a_file_there_is_one_route_for_everything() -> None:
    assert load_routes(None, BASE).find("telerivet", "*1#") == BASE


def test_a_code_takes_its_own_route_and_the_rest_from_the_default(file: Path) -> None:
    file.write_text(FILE)
    route = load_routes(file, BASE).find("telerivet", "*384*123#")
    assert (route.menu, route.workflow, route.priority, route.country) == ("legal", OTHER, 1, "SN")


@pytest.mark.parametrize("code", ["*384*123#", " *384*123# ", "384*123", "*384*123"])
def test_a_code_is_the_same_however_the_provider_writes_it(file: Path, code: str) -> None:
    file.write_text(FILE)
    assert load_routes(file, BASE).find("telerivet", code).menu == "legal"


def test_a_route_without_a_code_takes_every_other_code_of_its_gateway(file: Path) -> None:
    file.write_text(FILE)
    found = load_routes(file, BASE)
    assert found.find("hubtel", "*999#").country == "GH"
    assert found.find("hubtel", "*713#").priority == 9


def test_a_codes_route_takes_what_it_leaves_out_from_its_gateways_route(file: Path) -> None:
    file.write_text(FILE.replace("country: GH}", "country: GH, priority: 5, direct_dial: prefill}"))
    exact = load_routes(file, BASE).find("hubtel", "*713#")
    assert (exact.country, exact.priority, exact.direct_dial, exact.menu) == ("GH", 9, "prefill", "support")


@pytest.mark.parametrize("turned", [False, True], ids=["gateway first", "code first"])
def test_the_order_of_the_file_does_not_matter_for_that(file: Path, turned: bool) -> None:
    written = ["  - {gateway: [hubtel, nalo], service_code: '*7#'}", "  - {gateway: hubtel, country: GH}"]
    file.write_text("\n".join(["routes:", *(written if turned else reversed(written))]))
    routes = load_routes(file, BASE)
    assert [routes.find(name, "*7#").country for name in ("hubtel", "nalo")] == ["GH", "SN"]


def test_a_gateway_that_nobody_knows_is_refused_with_its_line_and_the_nearest_name(file: Path) -> None:
    file.write_text("routes:\n  - {gateway: telerivett}\n  - {gateway: [hubtel, huptel, zzz]}\n")
    with pytest.raises(FileRefused) as refusal:
        load_routes(file, BASE, ["telerivet", "hubtel"])
    told = [str(fault) for fault in refusal.value.faults]
    lists = "name that `python -m bridge gateways` lists"
    assert told == [
        f"line 2: routes[1].gateway: found telerivett, expected telerivet, or another {lists}",
        f"line 3: routes[2].gateway: found huptel, expected hubtel, or another {lists}",
        f"line 3: routes[2].gateway: found zzz, expected telerivet, or a {lists}",
    ]


def test_one_code_at_several_gateways_is_one_route(file: Path) -> None:
    file.write_text("routes: [{gateway: [hubtel, nalo], service_code: '*7#', menu: legal}]")
    routes = load_routes(file, BASE)
    assert [routes.find(name, "*7#").menu for name in ("hubtel", "nalo", "mtn")] == ["legal", "legal", ""]


def test_the_default_takes_what_no_route_names(file: Path) -> None:
    file.write_text(FILE)
    assert load_routes(file, BASE).find("nalo", "*1#").menu == "support"


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        pytest.param("routes: [{service_code: '*1#'}]", "routes[1].gateway", "the name of a gateway", id="no gateway"),
        pytest.param("default: {workflow: WW1}", "default.workflow", "WW and 32 hexadecimal digits", id="workflow"),
        pytest.param("default: {country: Ghana}", "default.country", "two capital letters", id="country"),
        pytest.param("default: {timeout: 1209601}", "default.timeout", "1,209,600", id="longer than two weeks"),
        pytest.param("default: {priority: high}", "default.priority", "a whole number", id="priority in words"),
        pytest.param("default: {simulated: maybe}", "default.simulated", "store or task", id="simulated"),
        pytest.param("default: {menue: support}", "default.menue", "did you mean menu?", id="misspelt key"),
        pytest.param("default: words", "default", "a mapping (key: value)", id="words for a mapping"),
        pytest.param("routes: {}", "routes", "a list of routes", id="a mapping for a list"),
        pytest.param("[]", "the file", "a mapping", id="a list"),
        pytest.param("default: {menu: [", "the file", "YAML", id="no YAML"),
        pytest.param("routes: [{gateway: []}]", "routes[1].gateway", "the name of a gateway", id="an empty list"),
        pytest.param("routes: [{gateway: [a, B]}]", "routes[1].gateway[2]", "the name of a gateway", id="in a list"),
        pytest.param(
            "routes: [{gateway: [a, b]}, {gateway: b}]", "route b", "one route for each", id="in a list twice"
        ),
        pytest.param("routes: [{gateway: a}, {gateway: a}]", "route a", "one route for each", id="twice"),
    ],
)
def test_a_bad_file_is_refused_with_the_place_and_what_was_expected(
    file: Path, text: str, place: str, expected: str
) -> None:
    file.write_text(text)
    with pytest.raises(FileRefused) as refusal:
        load_routes(file, BASE)
    assert str(file) in str(refusal.value)
    assert any(fault.path == place and expected in fault.expected for fault in refusal.value.faults)


def test_all_faults_are_told_at_once(file: Path) -> None:
    file.write_text("default: {country: x, timeout: 0}\nroutes: [{menu: ''}]")
    with pytest.raises(FileRefused) as refusal:
        load_routes(file, BASE)
    assert len(refusal.value.faults) == 4


def test_a_file_that_is_not_there_is_refused(file: Path) -> None:
    with pytest.raises(FileRefused, match="found no file of this name"):
        load_routes(file, BASE)


def test_a_file_that_is_not_text_is_refused(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00default")
    with pytest.raises(FileRefused, match="UTF-16"):
        load_routes(file, BASE)


def test_an_empty_file_is_told_what_it_should_hold(file: Path) -> None:
    file.write_text("# nothing yet\n")
    with pytest.raises(FileRefused, match="found an empty file, expected routes"):
        load_routes(file, BASE)


def test_a_file_without_an_end_is_not_read_to_its_end() -> None:
    with pytest.raises(FileRefused, match="more than 262144 bytes"):
        load_routes(Path("/dev/zero"), BASE)


def test_a_route_to_a_missing_menu_is_named(file: Path) -> None:
    file.write_text(FILE)
    with pytest.raises(FileRefused, match=r"route telerivet \*384\*123#: found menu legal, expected one of: support"):
        load_routes(file, BASE).check_menus({"support"}, str(file))


OF_HUBTEL = "routes: [{gateway: hubtel, menu: water}]"
OF_A_CODE = "routes: [{gateway: hubtel, service_code: '5'}, {gateway: hubtel, menu: water}]"
ASTRAY = "{default: {menu: water}, routes: [{gateway: hubtel, service_code: '*5#', menu: support}]}"
ANY = "every code without a route of its own"


@pytest.mark.parametrize(
    ("text", "gateways", "menus", "what"),
    [
        pytest.param("default: {}", ["hubtel"], ["water"], ANY, id="no routes"),
        pytest.param("default: {}", [], ["water"], None, id="a provider shows its own"),
        pytest.param("default: {}", ["hubtel"], ["support", "water"], None, id="support is there"),
        pytest.param("default: {menu: water}", ["hubtel"], ["water"], None, id="the default names one"),
        pytest.param(OF_HUBTEL, ["hubtel"], ["water"], None, id="the gateway names one"),
        pytest.param(OF_HUBTEL, ["hubtel", "nalo"], ["water"], ANY, id="another gateway is open too"),
        pytest.param(OF_A_CODE, ["hubtel"], ["water"], None, id="a code takes it from its gateway"),
        pytest.param(ASTRAY, ["hubtel"], ["water"], "*5# at hubtel", id="a code names one that is not there"),
        pytest.param(ASTRAY, ["nalo"], ["water"], None, id="at a gateway that is not open"),
    ],
)
def test_a_caller_is_never_shown_a_menu_by_guess(
    file: Path, text: str, gateways: list[str], menus: list[str], what: str | None
) -> None:
    file.write_text(text)
    found = load_routes(file, BASE)
    if what is None:
        found.require_menus(menus, gateways)
        return
    with pytest.raises(SetupError, match=f"no menu named support, which {re.escape(what)} shows") as refusal:
        found.require_menus(menus, gateways)
    assert "default: {menu: water}" in str(refusal.value)


def test_the_service_refuses_to_start_where_an_open_gateway_would_have_to_guess() -> None:
    menus = {"water": load_menus((Path("menus"),))["support"]}
    provider_run = Settings(telerivet_secrets=("whsec_x",))
    assert routes(provider_run, menus).default.menu == ""
    with pytest.raises(SetupError, match="no menu named support"):
        routes(replace(provider_run, gateways={"hubtel": Gateway(tokens=("x",))}), menus)
