"""A person with the phone of `/simulator` in hand."""

from __future__ import annotations

from playwright.sync_api import Page, expect

NAMES = {"*": "star", "#": "hash"}


class Phone:
    """Presses keys by their names, reads the screen as a caller would."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._screen = page.get_by_role("log", name="Screen")

    def open(self) -> None:
        self._page.goto("/simulator")

    def dial(self, code: str = "*123#") -> None:
        self._press(code)

    def answer(self, keys: str) -> None:
        """Answer, and wait for the next screen."""
        before = self.screen()
        self._press(keys)
        expect(self._screen).not_to_have_text(before)

    def shows(self, *words: str) -> None:
        for word in words:
            expect(self._screen).to_contain_text(word)

    def screen(self) -> str:
        return self._screen.inner_text()

    def _press(self, keys: str) -> None:
        for key in keys:
            self._page.get_by_role("button", name=NAMES.get(key, key), exact=True).click()
        self._page.get_by_role("button", name="Call or send").click()
