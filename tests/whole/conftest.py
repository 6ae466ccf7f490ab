"""The demo as `make run` starts it, and a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.servers import Server, running

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Without these, Chromium looks for updates and for Google's hosts at every start.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("demo")
    with running(folder, {}, "demo", "--data", str(folder / "instance")) as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.fail("no Chromium here: `make chromium` installs it, or install the package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


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


@pytest.fixture
def pictures() -> Path:
    folder = Path(__file__).parents[2] / "test-output"
    folder.mkdir(exist_ok=True)
    return folder
