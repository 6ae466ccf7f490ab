"""The runner: one turn in, one screen out, always and in time.

A turn is read, decided and written; the write names what was read, so that of two turns at once one advances and the
other sees it. Whatever breaks on the way, the caller hears an apology in their language with the help line.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from traceback import extract_tb

from bridge.e164 import read_number
from bridge.errors import Unavailable
from bridge.gateways.asking import Desk
from bridge.gateways.base import Gateway
from bridge.gateways.budgets import BUDGETS
from bridge.gateways.codes import bare, number_key, split_code
from bridge.gateways.keeping import Found, Keeper, Wanted
from bridge.gateways.moves import Arrival, Known, Move, decide, drop
from bridge.gateways.turn import Kind, Reply, Turn
from bridge.gateways.voice import Languages, language_in, sorry
from bridge.menu import Budget, Menu, State, language_of
from bridge.routes import Route, Routes
from bridge.store import Session, Store
from bridge.store.sessions import OPEN, caller_key, session_key
from bridge.submission import Submission

log = logging.getLogger(__name__)

SECONDS = 4.5  # of the five that a caller waits at most; the rest is for the way
TURNS_A_MINUTE = 60
TRIES = 5
FALLBACK_MENU = "support"

LookUp = Callable[[Menu, State, str, str | None, float], str | None]
"""Words for a look-up question: menu, state, question, number (E.164 or None), seconds left. None where it failed."""


def no_look_up(menu: Menu, state: State, question: str, caller: str | None, seconds: float) -> str | None:
    """Where no look-ups are set up: every one fails, and its screen says so."""
    return None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a turn belongs: its route, the desk it is served at, the keys of its session and its number."""

    route: Route
    desk: Desk
    service_code: str
    prefill: tuple[str, ...]
    caller: str | None
    key: bytes
    caller_key: bytes | None


class Turns:
    """Serves the turns of every server-run gateway. Safe from any thread; keeps nothing of a turn but its language.

    `counts` says what happened since the start, for `/metrics`: (event, gateway) to how often.
    """

    def __init__(
        self,
        store: Store,
        routes: Routes,
        menus: Mapping[str, Menu],
        *,
        delivers: Callable[[Submission], bool],
        look_up: LookUp = no_look_up,
        now: Callable[[], float] = time.time,
        seconds: float = SECONDS,
    ) -> None:
        self._store, self._routes, self._menus = store, routes, menus
        self._look_up, self._now, self._seconds = look_up, now, seconds
        self._keeper = Keeper(store, delivers, now)
        self._languages = Languages()
        self.counts: Counter[tuple[str, str]] = Counter()

    def screen(self, gateway: Gateway, turn: Turn) -> Reply:
        """The answer to a begin or an input. Never raises."""
        deadline = time.monotonic() + self._seconds
        try:
            place = self._place(gateway, turn, deadline)
            return self._served(gateway, turn, place, deadline)
        except Exception as error:
            self._log(gateway, turn, error)
            return self.apology(gateway, turn)

    def told(self, gateway: Gateway, turn: Turn) -> bool:
        """Take note of an end, a timeout or a question for the status. Whether the session is open. Never raises."""
        deadline = time.monotonic() + self._seconds
        try:
            return self._ended(gateway, turn, self._place(gateway, turn, deadline), deadline)
        except Exception as error:
            self._log(gateway, turn, error)
            return False

    def apology(self, gateway: Gateway, turn: Turn) -> Reply:
        """The last screen when something of ours is broken."""
        route = self._routes.find(gateway.name, turn.service_code)
        menu, budget = self._menu(route), BUDGETS[gateway.name]
        language = self._languages.of(self._key(gateway, turn)) or language_in(menu, turn.transcript, budget)
        return sorry(menu, language, budget)

    def sweep(self, most: int) -> int:
        """Close up to `most` sessions that nobody ended; how many they were. Raises `Unavailable`."""
        return self._keeper.sweep(self._desk_of, most)

    def _served(self, gateway: Gateway, turn: Turn, place: _Place, deadline: float) -> Reply:
        arrived = self._now()
        found = self._keeper.find(self._wanted(gateway, turn, place, counts=True), _left(deadline))
        if found.times > TURNS_A_MINUTE:
            self.counts["limited", gateway.name] += 1
            return self.apology(gateway, turn)
        for attempt in range(TRIES):
            here = self._route_of(place, found, deadline)
            arrival = self._arrival(gateway, turn, here, found, arrived, clashed=attempt > 0)
            move = decide(arrival, here.desk, self._digest)
            if isinstance(move, Reply):
                return self._repeated(gateway, move)
            reply = self._keeper.write(move, here.desk, _left(deadline))
            if reply is not None:
                self._remember(here, move)
                self.counts["turn", gateway.name] += 1
                return reply
            found = self._keeper.find(self._wanted(gateway, turn, place, counts=False), _left(deadline))
        raise Unavailable("too many turns of one session at once")

    def _ended(self, gateway: Gateway, turn: Turn, place: _Place, deadline: float) -> bool:
        for _ in range(TRIES):
            found = self._keeper.find(self._wanted(gateway, turn, place, counts=False), _left(deadline))
            known = found.known
            if known is None or known.is_over(self._now()) or _is_foreign(turn, known):
                return False
            if turn.kind is Kind.STATUS:
                return known.row.status == OPEN
            here = self._route_of(place, found, deadline)
            move = drop(known, here.desk)
            if move is None:
                return False
            if self._keeper.write(move, here.desk, _left(deadline)):
                self.counts["dropped", gateway.name] += 1
                return False
        return False

    def _place(self, gateway: Gateway, turn: Turn, deadline: float) -> _Place:
        code, dialled = turn.service_code, turn.dialled
        if gateway.dials_whole:
            code, dialled = split_code(self._routes, gateway.name, code)
        route = self._routes.find(gateway.name, code)
        caller = read_number(turn.caller, route.country, gateway.international_first)
        return _Place(
            route,
            self._desk(self._menu(route), gateway, caller, deadline),
            code,
            (turn.transcript or dialled) if route.direct_dial == "prefill" else (),
            caller,
            self._key(gateway, turn),
            caller_key(self._store.seal, caller or turn.caller),
        )

    def _route_of(self, place: _Place, found: Found, deadline: float) -> _Place:
        """The place, with the route and the menu of the session where it is known: later turns may not say the code."""
        known = found.known
        if known is None or known.is_over(self._now()) or known.row.service_code == bare(place.service_code):
            return place
        route = self._routes.find(known.row.gateway, known.row.service_code)
        desk = replace(place.desk, menu=self._menus.get(known.row.menu) or self._menu(route))
        return replace(place, route=route, desk=desk, service_code=known.talk.service_code)

    def _wanted(self, gateway: Gateway, turn: Turn, place: _Place, *, counts: bool) -> Wanted:
        number = number_key(turn.caller) or place.key.hex()
        return Wanted(
            key=place.key,
            rate_key=self._store.seal.index("ussd rate", number) if counts else None,
            caller_key=place.caller_key,
            gateway=gateway.name,
            service_code=bare(place.service_code),
            may_begin_anew=gateway.reuses_ids or not gateway.caller_on_every_turn,
        )

    def _arrival(
        self, gateway: Gateway, turn: Turn, place: _Place, found: Found, arrived: float, *, clashed: bool
    ) -> Arrival:
        return Arrival(
            turn=turn,
            at=arrived,
            now=self._now(),
            key=place.key,
            caller=place.caller,
            caller_key=place.caller_key,
            service_code=place.service_code,
            prefill=place.prefill,
            reuses_ids=gateway.reuses_ids,
            known=found.known,
            broken_off=found.broken_off,
            clashed=clashed,
            is_foreign=found.known is not None and _is_foreign(turn, found.known),
        )

    def _repeated(self, gateway: Gateway, reply: Reply) -> Reply:
        self.counts["repeated", gateway.name] += 1
        return reply

    def _remember(self, place: _Place, move: Move) -> None:
        self._languages.remember(place.key, language_of(place.desk.menu, move.talk.state))

    def _desk(self, menu: Menu, gateway: Gateway, caller: str | None, deadline: float) -> Desk:
        def look_up(of: Menu, state: State, question: str) -> str | None:
            return self._look_up(of, state, question, caller, _left(deadline))

        return Desk(menu, BUDGETS[gateway.name], look_up)

    def _desk_of(self, row: Session) -> Desk:
        menu = self._menus.get(row.menu) or self._menu(self._routes.find(row.gateway, row.service_code))
        return Desk(menu, BUDGETS.get(row.gateway, Budget()), lambda menu, state, question: None)

    def _menu(self, route: Route) -> Menu:
        menu = self._menus.get(route.menu or FALLBACK_MENU)
        return menu if menu is not None else next(iter(self._menus.values()))

    def _key(self, gateway: Gateway, turn: Turn) -> bytes:
        number = number_key(turn.caller) if gateway.caller_on_every_turn else ""
        return session_key(self._store.seal, gateway.name, turn.session_id, number)

    def _digest(self, text: str) -> str:
        return self._store.seal.index("ussd input", text).hex()[:32]

    def _log(self, gateway: Gateway, turn: Turn, error: Exception) -> None:
        """Type and place only: an exception's text may repeat what a caller sent."""
        self.counts["failed", gateway.name] += 1
        frames = extract_tb(error.__traceback__)
        place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown"
        log.error(
            "event=turn_failed gateway=%s kind=%s error=%s at=%s",
            gateway.name,
            turn.kind,
            type(error).__name__,
            place,
        )


def _left(deadline: float) -> float:
    """Seconds until `deadline`. Raises `Unavailable` where none are left."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise Unavailable("the turn took too long")
    return left


def _is_foreign(turn: Turn, known: Known) -> bool:
    """Whether a session that was found by its id alone belongs to another number than the one that now speaks."""
    return bool(turn.caller) and number_key(turn.caller) != number_key(known.talk.received)
