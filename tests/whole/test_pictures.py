"""The pictures of README.md, taken anew into test-output/; copy them to docs/images/ when the pages have changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.servers import running
from tests.whole.phone import Phone

pytestmark = pytest.mark.browser


@pytest.fixture
def fresh(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """A page, as large as the pictures, on a demo that nobody has called yet."""
    with running(tmp_path, {}, "demo", "--data", str(tmp_path / "instance")) as server:
        context = browser.new_context(
            base_url=f"http://127.0.0.1:{server.port}", viewport={"width": 1100, "height": 860}, color_scheme="light"
        )
        yield context.new_page()
        context.close()


def test_the_phone_and_the_desk_as_a_newcomer_sees_them(fresh: Page, pictures: Path) -> None:
    called(fresh, "+221770000002", "1", pictures / "phone.png", "1112")
    called(fresh, "+221770000001", "2", None, "3111")
    fresh.set_viewport_size({"width": 1100, "height": 700})
    fresh.goto("/desk")
    expect(fresh.get_by_role("status")).to_have_text("2 tasks")
    (french, unsafe) = fresh.get_by_role("article").all()
    expect(french).to_contain_text("Wants a call back")
    expect(french).to_contain_text("French")
    expect(unsafe).to_contain_text("Do not call.")
    expect(unsafe).not_to_contain_text("Wants a call back")
    fresh.screenshot(path=pictures / "desk.png", animations="disabled")


def called(page: Page, number: str, language: str, picture: Path | None, others: str) -> None:
    """A call from beginning to end; the picture is of the question for the location."""
    phone = Phone(page)
    phone.open()
    page.get_by_label("The caller's number").fill(number)
    phone.dial()
    phone.answer(language)
    if picture:
        page.screenshot(path=picture)
    for key in others:
        phone.answer(key)
