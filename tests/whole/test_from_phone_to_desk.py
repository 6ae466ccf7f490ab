"""The whole path in a real browser: dial on the phone, answer the menu, see the task on the desk."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.demo import reference_on
from tests.servers import Server
from tests.whole.phone import Phone

pytestmark = pytest.mark.browser


def test_a_caller_dials_answers_and_the_agent_sees_the_task(page: Page) -> None:
    phone = Phone(page)
    phone.open()
    phone.dial()
    phone.shows("Choose language", "1. English", "2. Francais")
    phone.answer("1")
    phone.shows("Please choose location", "3. Thies")
    phone.answer("3")
    phone.shows("1. Shelter")
    phone.answer("2")
    phone.shows("call you back?")
    phone.answer("1")
    phone.shows("safe to call")
    phone.answer("1")
    phone.shows("Thank you. Your reference:")
    reference = reference_on(phone.screen())
    page.goto("/desk")
    task = page.get_by_role("article").filter(has=page.get_by_role("heading", name=reference))
    for words in ("English", "Thies", "Legal", "+221770000001", "Simulated"):
        expect(task).to_contain_text(words)
    task.get_by_role("button", name="Complete").click()
    waiting = page.locator("#waiting").get_by_role("heading", name=reference)
    expect(waiting).to_have_count(0)


def test_french_holds_from_the_choice_to_the_last_screen_errors_included(page: Page) -> None:
    phone = Phone(page)
    phone.open()
    phone.dial()
    phone.answer("2")
    phone.shows("Choisissez votre lieu", "0 Retour")
    phone.answer("7")
    phone.shows("Ce choix n'existe pas", "Choisissez votre lieu")
    phone.answer("1")
    phone.shows("De quelle aide")
    phone.answer("1")
    phone.shows("Voulez-vous")
    phone.answer("2")
    phone.shows("Merci. Votre référence")
    reference = reference_on(phone.screen())
    page.goto("/desk")
    task = page.get_by_role("article").filter(has=page.get_by_role("heading", name=reference))
    expect(task).to_contain_text("French")
    expect(task).not_to_contain_text("+221770000001")


def test_someone_who_may_not_be_called_is_marked_and_the_number_is_not_there(page: Page, pictures: Path) -> None:
    phone = Phone(page)
    phone.open()
    phone.dial()
    for keys in ("1", "1", "1", "1", "2"):
        phone.answer(keys)
    reference = reference_on(phone.screen())
    page.goto("/desk")
    task = page.get_by_role("article").filter(has=page.get_by_role("heading", name=reference))
    expect(task).to_contain_text("Do not call. The caller said that it is not safe.")
    expect(task).not_to_contain_text("+221770000001")
    page.screenshot(path=pictures / "desk-not-safe.png")


def test_hanging_up_ends_the_call_and_the_next_dial_begins_anew(page: Page) -> None:
    phone = Phone(page)
    phone.open()
    phone.dial()
    phone.answer("2")
    page.get_by_role("button", name="Hang up").click()
    phone.dial()
    phone.shows("Choose language")


def test_each_screen_says_how_much_of_it_is_used(page: Page) -> None:
    phone = Phone(page)
    phone.open()
    phone.dial()
    phone.shows("Choose language")
    expect(page.get_by_title("Size of this screen")).to_have_text("61/160 septets")


@pytest.mark.parametrize("width", [360, 1100])
def test_a_code_that_is_none_is_explained_on_the_phones_screen(page: Page, pictures: Path, width: int) -> None:
    """In sight, and nothing grows or moves by it."""
    page.set_viewport_size({"width": width, "height": 740})
    phone = Phone(page)
    phone.open()
    handset = page.get_by_role("region", name="Phone", exact=True)
    before = handset.bounding_box()
    phone.dial("123")
    told = page.get_by_role("alert")
    expect(told).to_have_text("A service code begins with * and ends with #, like *123#.")
    expect(told).to_be_in_viewport(ratio=1)
    assert handset.bounding_box() == before
    page.screenshot(path=pictures / f"phone-error-{width}.png")
    page.get_by_role("button", name="Hang up").click()
    expect(told).to_be_hidden()


def test_the_handset_is_as_large_for_every_screen(page: Page) -> None:
    phone = Phone(page)
    phone.open()
    handset = page.get_by_role("region", name="Phone", exact=True)
    before = handset.bounding_box()
    phone.dial()
    for keys in ("2", "9", "3", "1"):
        phone.answer(keys)
        assert handset.bounding_box() == before


def test_a_demo_that_has_ended_is_told_with_the_way_back(browser: Browser, demo: Server) -> None:
    with browser.new_context(base_url=f"http://127.0.0.1:{demo.port}") as context:
        page = context.new_page()
        phone = Phone(page)
        phone.open()
        page.route("**/simulator/calls", lambda route: route.abort("connectionrefused"))
        phone.dial()
        told = page.get_by_role("alert")
        expect(told).to_have_text("The demo is not running any more: start it again with make run.")


def test_the_phone_fits_a_real_phones_browser(page: Page, pictures: Path) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/simulator")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360
    expect(page.get_by_role("button", name="0", exact=True)).to_be_in_viewport()
    page.screenshot(path=pictures / "phone-small.png")
