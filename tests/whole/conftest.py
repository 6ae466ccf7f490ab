"""A page of a real browser on the demo."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.servers import Server


@pytest.fixture
def page(browser: Browser, demo: Server) -> Iterator[Page]:
    """A page on the demo; any script error or refused resource on it fails the test."""
    context = browser.new_context(base_url=f"http://127.0.0.1:{demo.port}")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert not complaints
