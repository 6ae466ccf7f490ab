"""Two processes on one PostgreSQL, asked at the same moment: a turn advances once, and both say the same."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from bridge.store import Store
from tests.gateways.callers import Caller, chances, keys_of, menu_with_words
from tests.gateways.conftest import TOKEN, House
from tests.gateways.phones import Phone
from tests.gateways.test_interleaved import assert_that_all_is_kept_once

ROOT = Path(__file__).parents[2]
MENU = menu_with_words()
TELLING_TURNS_APART = ("africastalking", "crossgate", "hubtel", "junebug")  # so that nobody needs to wait


@contextmanager
def process(url: str, key: str) -> Iterator[str]:
    """A serving process; its address."""
    command = [sys.executable, "-m", "tests.gateways.serving", url, key]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(running.stdout.readline())}"
        finally:
            running.communicate(timeout=30)


@dataclass
class Said:
    """An answer in the form that phones read."""

    status_code: int
    data: bytes

    @property
    def text(self) -> str:
        return self.data.decode()


class Network:
    """Reaches the bridge by either process, or by both at once, as a nervous provider may."""

    def __init__(self, addresses: list[str], chance: random.Random, pool: ThreadPoolExecutor) -> None:
        self.addresses, self.chance, self.pool = addresses, chance, pool

    def open(self, path: str, **asked: Any) -> Said:
        query = asked.pop("query_string", None)
        if self.chance.random() < 0.5:
            return self._one(self.chance.choice(self.addresses), path, query, asked)
        answers = [self.pool.submit(self._one, base, path, query, asked) for base in self.addresses]
        first, second = (answer.result() for answer in answers)
        assert first == second
        return first

    def _one(self, base: str, path: str, query: Any, asked: dict[str, Any]) -> Said:
        method = asked.get("method", "POST")
        rest = {name: value for name, value in asked.items() if name != "method"}
        answer = requests.request(method, base + path, params=query, timeout=20, **rest)
        return Said(answer.status_code, answer.content)


def test_turns_sent_to_both_at_once_advance_once(
    opened: Callable[[str], Store], postgres_url: str, data_key: str
) -> None:
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(16))
        addresses = [stack.enter_context(process(postgres_url, data_key)) for _ in range(2)]
        callers = {number: _caller(number, addresses, pool) for number in range(60)}
        with ThreadPoolExecutor(6) as town:
            for living in [town.submit(_live, caller) for caller in callers.values()]:
                living.result()
    store = opened(postgres_url)
    _end_all(store)
    assert_that_all_is_kept_once(store, callers)


def _caller(number: int, addresses: list[str], pool: ThreadPoolExecutor) -> Caller:
    chance = chances(number)
    network: Any = Network(addresses, chance, pool)
    gateway = TELLING_TURNS_APART[number % len(TELLING_TURNS_APART)]
    phone = Phone(network, gateway, TOKEN, session=f"session-{number % 5}", number=f"2217700{number:05}")
    return Caller(number, phone, MENU, keys_of(number, chance))


def _live(caller: Caller) -> None:
    while not caller.is_over:
        caller.step()
        if chances(len(caller.seen)).random() < 0.3:
            assert caller.phone.again() == caller.seen[-1]


def _end_all(store: Store) -> None:
    """As if the time of all sessions had passed."""
    house = House(store, lambda: time.time() + 10 * MENU.session_ttl, {"support": MENU})
    while house.gateways.turns.sweep(100):
        pass
