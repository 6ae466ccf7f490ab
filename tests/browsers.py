"""A real Chromium, one for the whole run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Without these, Chromium looks for updates and for Google's hosts at every start.
FLAGS = ("--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail("no Chromium here: `make chromium` installs it, or install the package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", *FLAGS])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where tests leave screenshots for people to look at; git ignores it."""
    folder = Path(__file__).parents[1] / "test-output"
    folder.mkdir(exist_ok=True)
    return folder
