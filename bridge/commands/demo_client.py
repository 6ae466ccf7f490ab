"""A demo that runs, as other commands reach it: where it is, with which keys, and what can be asked of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from bridge.commands.demo_keys import DemoKeys, demo_keys
from bridge.errors import SetupError
from bridge.sandbox import seeds_for

TASKROUTER = "/taskrouter"  # where the demo's TaskRouter stands below its own address
ANSWER_SECONDS = 20.0
KEYS, ADDRESS = "demo.json", "demo.url"  # the files in the demo's folder


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that answers at `url`."""

    url: str
    keys: DemoKeys

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """What the page of the phone would send, and its answer. Raises `SetupError` where it is refused."""
        url = f"{self.url}/simulator/calls{path}"
        try:
            told: dict[str, Any] = self._ask("POST", url, json=body, headers={"X-Simulator": "1"}).json()
        except (requests.RequestException, ValueError):
            raise SetupError("the demo gave no answer: its log says why") from None
        if told["error"]:
            raise SetupError(told["error"])
        return told

    def tasks(self, **filters: str) -> list[dict[str, Any]]:
        """Tasks as its TaskRouter lists them. Raises `requests.RequestException`."""
        seeds = seeds_for(self.keys.account_sid)
        url = f"{self.url}{TASKROUTER}/v1/Workspaces/{seeds.workspace_sid}/Tasks"
        login = (self.keys.account_sid, self.keys.auth_token)
        found: list[dict[str, Any]] = self._ask("GET", url, params=filters, auth=login).json()["tasks"]
        return found

    def answers(self) -> bool:
        """Whether it is there, and has these keys."""
        try:
            self.tasks(PageSize="1")
        except (requests.RequestException, ValueError, KeyError):
            return False
        return True

    def _ask(self, method: str, url: str, **more: Any) -> requests.Response:
        """An answer of this machine; a proxy for the world outside is not asked."""
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(method, url, timeout=ANSWER_SECONDS, **more)
        answer.raise_for_status()
        return answer


def demo_in(folder: Path) -> Demo | None:
    """The demo that runs with this folder now, on whatever port. Raises `SetupError` for keys that are no keys."""
    try:
        url = (folder / ADDRESS).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    found = Demo(url, demo_keys(folder / KEYS)) if url else None
    return found if found and found.answers() else None  # after a kill the address stays behind


@contextmanager
def announced(folder: Path, url: str) -> Iterator[None]:
    """Let `demo_in` find a demo in this folder, for as long as it runs."""
    file = folder / ADDRESS
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(f"{url}\n")
    try:
        yield
    finally:
        with suppress(OSError):
            file.unlink()
