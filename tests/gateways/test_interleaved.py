"""Many callers at once, with retries and drops: nobody sees another's words, nothing is skipped or done twice."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from functools import partial

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from bridge.gateways import GATEWAYS
from bridge.store import Store
from bridge.store.sessions import how_many
from bridge.store.tables import submission
from bridge.submission import Submission
from tests.gateways.callers import Caller, chances, keys_of, menu_with_words
from tests.gateways.conftest import TOKEN, Clock, House
from tests.gateways.phones import END, Phone

START = 1_800_000_000.0
MENU = menu_with_words()


class Town:
    """Callers of every gateway on one house, each by a clock of their own, so that nobody waits for the others."""

    def __init__(self, house: House, clock: Clock, how_many: int, chance: random.Random) -> None:
        self.house, self.clock, self.chance = house, clock, chance
        self.callers = {number: self._caller(number) for number in range(how_many)}
        self.times = dict.fromkeys(self.callers, START)

    def _caller(self, number: int) -> Caller:
        gateway = self.chance.choice(sorted(GATEWAYS))
        phone = Phone(
            self.house.client,
            gateway,
            TOKEN,
            session=f"session-{number % 7}-{gateway}" if gateway != "infobip" else f"session-{number}",
            number=f"2217700{number:05}",
        )
        keys = keys_of(number, self.chance)
        if gateway == "oltranz":  # it cannot tell an empty answer from a begin, and shows the screen once more
            keys = [key or "#" for key in keys]
        return Caller(number, phone, MENU, keys)

    def act(self, number: int, action: str) -> None:
        """One thing that happens to one caller: a step, the provider's retry, a drop."""
        caller = self.callers[number]
        self.clock.at = self.times[number]
        if action == "retry" and caller.seen:
            assert caller.phone.again() == caller.seen[-1]
        elif not caller.is_over:
            self.times[number] += 2.0
            self.clock.at = self.times[number]
            caller.step()

    def finish(self) -> None:
        """Everybody goes on to their end; then the time of all sessions passes."""
        for number, caller in self.callers.items():
            while not caller.is_over:
                self.act(number, "step")
            self.act(number, "retry")
            self.clock.at = self.times[number]
            if not caller.done and END in caller.phone.protocol.ends:
                caller.phone.hang_up()
        self.clock.at = max(self.times.values()) + MENU.session_ttl + 1
        while self.house.gateways.turns.sweep(100):
            pass


def stored(store: Store) -> list[Submission]:
    with store.read() as connection:
        rows = connection.execute(select(submission)).all()
    return [found for row in rows if (found := store.open_sealed(row).submission)]


def assert_that_all_is_kept_once(store: Store, callers: Mapping[int, Caller]) -> None:
    kept = stored(store)
    numbers = Counter((found.caller, found.complete) for found in kept)
    assert set(numbers.values()) <= {1}
    complete = {found.caller: dict(found.answers) for found in kept if found.complete}
    partial = {found.caller: dict(found.answers) for found in kept if not found.complete}
    assert complete == {f"+{c.phone.call.number}": c.answers() for c in callers.values() if c.done}
    assert partial == {
        f"+{c.phone.call.number}": c.answers() for c in callers.values() if not c.done and "name" in c.answers()
    }


def test_hundreds_of_callers_in_any_order(store: Store) -> None:
    chance, clock = chances(1), Clock(START)
    town = Town(House(store, clock, {"support": MENU}), clock, 200, chance)
    for _ in range(1200):
        town.act(chance.randrange(200), chance.choice(("step", "step", "retry")))
    town.finish()
    assert_that_all_is_kept_once(store, town.callers)
    with store.read() as connection:
        assert how_many(connection) == {}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**32),
    acts=st.lists(st.tuples(st.integers(0, 3), st.sampled_from(("step", "retry"))), max_size=40),
)
def test_any_interleaving_of_a_few(sqlite_store: Store, seed: int, acts: list[tuple[int, str]]) -> None:
    clock = Clock(START)
    store = _emptied(sqlite_store)
    town = Town(House(store, clock, {"support": MENU}), clock, 4, chances(seed))
    for number, action in acts:
        town.act(number, action)
    town.finish()
    assert_that_all_is_kept_once(store, town.callers)


def _emptied(store: Store) -> Store:
    """The one store of all examples, as it was before the first."""
    for table in ("attempt", "delivery", "submission", "session", "rate", "lost"):
        store.write(partial(_empty, table))
    return store


def _empty(table: str, connection: Connection) -> None:
    connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 — our own names
