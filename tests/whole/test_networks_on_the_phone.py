"""A server-run gateway on the phone, in a real browser: what goes wrong on networks, and what travelled for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.whole.phone import Phone

pytestmark = pytest.mark.browser

NUMBER = "+221790000001"


@pytest.fixture
def phone(page: Page) -> Phone:
    """A phone at Hubtel, which has every move."""
    phone = Phone(page)
    phone.open()
    page.get_by_label("Gateway").select_option(label="Hubtel")
    return phone


def trips(page: Page) -> Locator:
    return page.get_by_role("list", name="Requests").get_by_role("listitem")


def test_a_caller_is_cut_off_goes_on_and_the_admin_sees_what_travelled(
    page: Page, phone: Phone, pictures: Path
) -> None:
    page.get_by_label("The caller's number").fill(NUMBER)
    phone.dial()
    phone.answer("1")
    phone.answer("3")
    support = phone.screen()
    page.get_by_role("button", name="Ask again").click()
    expect(page.get_by_role("group").get_by_text("What travelled (4)")).to_be_visible()
    assert phone.screen() == support
    twice = page.get_by_role("button", name="Send everything twice")
    twice.click()
    expect(twice).to_have_attribute("aria-pressed", "true")
    phone.answer("2")
    phone.shows("call you back?")
    expect(trips(page).first).to_be_hidden()
    page.get_by_text("What travelled").click()
    expect(trips(page)).to_have_count(6)
    for words in ("POST /ussd/hubtel/…", '"Message": "2"', '"Sequence": 4', "Answer: 200", '"Type": "Response"'):
        expect(trips(page).first).to_contain_text(words)
    page.screenshot(path=pictures / "phone-hubtel.png", full_page=True)
    page.get_by_role("button", name="Lose the line").click()
    expect(page.get_by_text("Line lost")).to_be_visible()
    expect(page.get_by_role("button", name="Ask again")).to_be_hidden()
    phone.dial()
    phone.shows("Continue where you stopped?")
    expect(trips(page)).to_have_count(1)
    phone.answer("1")
    phone.answer("2")
    phone.shows("Thank you. Your reference:")
    expect(page.get_by_role("button", name="Ask again")).to_be_hidden()


def test_each_gateway_says_what_it_carries_and_has_only_its_own_moves(page: Page, phone: Phone) -> None:
    expect(page.get_by_text("A screen holds 160 septets")).to_be_visible()
    page.get_by_label("Gateway").select_option(label="Nalo Solutions")
    expect(page.get_by_text("A screen holds 120 septets")).to_be_visible()
    phone.dial()
    phone.shows("Choose language")
    expect(page.get_by_role("button", name="Lose the line")).to_be_visible()
    for words in ("Ask again", "Let it time out"):
        expect(page.get_by_role("button", name=words)).to_have_count(0)
    page.get_by_label("Gateway").select_option(label="Telerivet")
    expect(page.get_by_role("button", name="Lose the line")).to_be_hidden()


def test_the_switch_runs_our_script_instead_of_our_engine(page: Page, phone: Phone) -> None:
    page.get_by_label("Gateway").select_option(label="Telerivet (our script in Node)")
    phone.dial()
    for key in ("2", "1", "1", "2"):
        phone.answer(key)
    phone.shows("Merci. Votre référence")
    page.get_by_text("What travelled").click()
    expect(trips(page)).to_contain_text("POST /v1/submissions")
    expect(trips(page)).to_contain_text("webhook-signature: v1,")


def test_the_keyboard_alone_is_enough(page: Page, phone: Phone) -> None:
    page.locator("body").press("*")
    for key in ("1", "2", "3", "#", "Enter"):
        page.keyboard.press(key)
    phone.shows("Choose language")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    phone.shows("Choisissez votre lieu")
    again = page.get_by_role("button", name="Ask again")
    again.focus()
    expect(again).to_have_accessible_description(re.compile("nothing advances"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Line lost")).to_be_visible()
    expect(page.get_by_label("Keys pressed")).to_be_focused()


def test_an_answer_that_comes_after_the_red_key_finds_nobody(page: Page, phone: Phone) -> None:
    """The call that it opened is hung up, and the phone stays at rest."""

    def press_red_first(route: Route) -> None:
        page.get_by_role("button", name="Hang up").click()
        route.continue_()

    page.route("**/simulator/calls", press_red_first)
    with page.expect_response("**/hang-up") as hung_up:
        phone.dial()
    assert hung_up.value.json()["error"] == ""
    expect(page.get_by_text("Ready")).to_be_visible()
    expect(page.get_by_role("log", name="Screen")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1100])
def test_the_line_fits_narrow_and_wide_pages(page: Page, phone: Phone, pictures: Path, width: int, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 740})
    page.get_by_label("The caller's number").fill("+221790000002")
    phone.dial()
    phone.shows("1. English")
    page.get_by_text("What travelled").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=pictures / f"phone-line-{width}-{scheme}.png", full_page=True)
