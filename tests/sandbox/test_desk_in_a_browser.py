"""The desk as a person sees it, in a real Chromium."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bridge.commands.sandbox import create_app, own_settings
from bridge.commands.sandbox_account import SandboxAccount
from bridge.sandbox import World, world_of
from bridge.sandbox.server import serving
from bridge.settings import Settings

pytestmark = pytest.mark.browser

ACCOUNT = SandboxAccount("AC" + "1" * 32, "2" * 32)


@pytest.fixture
def scene(browser: Browser) -> Iterator[tuple[Page, World, str]]:
    """A page that has seen nothing yet, the world behind the desk, and the desk's address."""
    with serving(lambda environ, start: application(environ, start)) as url:
        settings = own_settings(Settings(), ACCOUNT, int(url.rpartition(":")[2]))
        application = create_app(settings, None)
        page = browser.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(f"a dialog opened: {dialog.message}"))
        yield page, world_of(application), f"{url}/desk"
        page.close()
        assert [text for text in complaints if "502 (BAD GATEWAY)" not in text] == []


def add(world: World, reference: str, **ussd: object) -> str:
    inner = {"reference": reference, "callback": True, "safe_to_call": True, "complete": True, **ussd}
    attributes = {"name": reference, "language": "French", "from": "+221770000001", "ussd": inner}
    return str(world.tasks.create({"Attributes": json.dumps(attributes), "TaskChannel": "ussd"})["sid"])


def test_an_empty_desk_says_what_to_do(scene: tuple[Page, World, str]) -> None:
    page, _, desk = scene
    page.goto(desk)
    expect(page.get_by_text("Nobody is waiting.")).to_be_visible()
    expect(page.get_by_text("*123#")).to_be_visible()


def test_a_task_appears_by_itself_and_is_completed_by_a_click(scene: tuple[Page, World, str]) -> None:
    page, world, desk = scene
    page.goto(desk)
    expect(page.get_by_role("status")).to_have_text("0 tasks")
    sid = add(world, "K7QM4X")
    card = page.get_by_role("article", name="K7QM4X")
    expect(card.get_by_text("French", exact=True)).to_be_visible()
    expect(card.get_by_text("+221770000001", exact=True)).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("1 task")
    page.get_by_role("button", name="Complete K7QM4X").click()
    expect(page.get_by_role("heading", name="Ended in the last five minutes")).to_be_visible()
    expect(card.get_by_text("completed", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Complete K7QM4X")).to_have_count(0)
    assert world.tasks.fetch(sid)["status"] == "completed"


def test_a_caller_who_is_not_safe_gets_a_sign_and_no_number(scene: tuple[Page, World, str]) -> None:
    page, world, desk = scene
    add(world, "W3HT9P", safe_to_call=False)
    page.goto(desk)
    card = page.get_by_role("article", name="W3HT9P")
    expect(card.get_by_text("Do not call. The caller said that it is not safe.")).to_be_visible()
    expect(card.locator(".number")).to_be_hidden()
    expect(card.get_by_text("Wants a call back")).to_have_count(0)
    card.get_by_role("button", name="Cancel").click()
    expect(card.get_by_text("cancelled", exact=True)).to_be_visible()


def test_a_change_of_attributes_shows_and_opened_details_stay_open(scene: tuple[Page, World, str]) -> None:
    page, world, desk = scene
    sid = add(world, "K7QM4X", complete=False)
    page.goto(desk)
    card = page.get_by_role("article", name="K7QM4X")
    expect(card.get_by_text("Not finished")).to_be_visible()
    card.get_by_text("All attributes").click()
    world.tasks.update(sid, {"Attributes": json.dumps({"ussd": {"reference": "K7QM4X", "answers": ANSWERS}})})
    expect(card.get_by_role("definition")).to_have_text("Dakar")
    expect(card.get_by_text("Not finished")).to_have_count(0)
    expect(card.locator("pre")).to_be_visible()


ANSWERS = [{"name": "location", "label": "Where", "value": "dakar", "value_label": "Dakar"}]
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def test_hostile_attributes_stay_text(scene: tuple[Page, World, str]) -> None:
    page, world, desk = scene
    answers = [{"name": HOSTILE, "label": HOSTILE, "value": HOSTILE}, 7, None]
    attributes = {"name": HOSTILE, "language": HOSTILE, "from": HOSTILE, "ussd": {"answers": answers}}
    world.tasks.create({"Attributes": json.dumps(attributes)})
    page.goto(desk)
    expect(page.get_by_role("article", name=HOSTILE)).to_be_visible()
    expect(page.get_by_role("definition")).to_have_text(HOSTILE)
    assert page.locator("main img, main script").count() == 0


def test_the_desk_says_that_taskrouter_is_away_and_comes_back_by_itself(scene: tuple[Page, World, str]) -> None:
    page, world, desk = scene
    add(world, "K7QM4X")
    world.faults.add("limit", "list")
    page.goto(desk)
    expect(page.get_by_role("alert")).to_contain_text("does not answer")
    world.faults.clear()
    expect(page.get_by_role("article", name="K7QM4X")).to_be_visible()
    expect(page.get_by_role("alert")).to_be_hidden()


@pytest.mark.parametrize("width", [320, 768, 1600])
def test_nothing_runs_out_of_the_page(scene: tuple[Page, World, str], width: int) -> None:
    page, world, desk = scene
    add(world, "W" * 60, safe_to_call=False, answers=[{"name": "q" * 80, "value": "x" * 300}])
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(desk)
    expect(page.get_by_role("article")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
