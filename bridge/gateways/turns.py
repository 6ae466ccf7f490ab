"""The runner: one turn in, one screen out, always and in time.

A turn is decided from what is remembered, and written only if that is still so; else it is decided once more from what
the store says. So of two turns at once one advances, and the other sees it. Whatever breaks on the way, the caller
hears an apology in their language with the help line.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping
from traceback import extract_tb

from bridge.errors import Unavailable
from bridge.gateways.base import Gateway
from bridge.gateways.budgets import BUDGETS
from bridge.gateways.codes import number_key
from bridge.gateways.keeping import Found, Keeper, Outcome
from bridge.gateways.memory import Memory
from bridge.gateways.moves import Arrival, Known, Move, decide, drop
from bridge.gateways.places import Place, Places, left
from bridge.gateways.submitting import Clerk
from bridge.gateways.turn import Kind, Reply, Turn
from bridge.gateways.voice import language_in, sorry
from bridge.inquiry import LookUp, no_look_up
from bridge.menu import Menu, language_of
from bridge.routes import Routes
from bridge.store import Store
from bridge.store.sessions import OPEN
from bridge.submission import Submission
from bridge.value import Value, replace

log = logging.getLogger(__name__)

SECONDS = 4.5  # of the five that a caller waits at most; the rest is for the way
TRIES = 5


class _Asked(Value, frozen=True):
    """One turn that is being answered: `at` by our clock, to be done by `deadline` (monotonic).

    `is_behind`: when it came, another turn of its session was being answered here, over the turn `before` it.
    """

    gateway: Gateway
    turn: Turn
    place: Place
    at: float
    deadline: float
    is_behind: bool
    before: int | None

    def was_overtaken(self, known: Known) -> bool:
        """Whether `known` shows a screen that was not there yet when this turn came, however long it took to write."""
        return self.is_behind and known.row.turn != self.before

    def uncounted(self) -> _Asked:
        """The same, once it was counted."""
        return replace(self, place=replace(self.place, wanted=replace(self.place.wanted, rate_key=None)))


class Turns:
    """Serves the turns of every server-run gateway. Safe from any thread.

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
        self._seal, self._now, self._seconds = store.seal, now, seconds
        self._places = Places(routes, menus, store.seal, look_up)
        self._keeper = Keeper(store, Clerk(store, delivers), now)
        self._memory = Memory()
        self.counts: Counter[tuple[str, str]] = Counter()

    def screen(self, gateway: Gateway, turn: Turn, arrived: float | None = None) -> Reply:
        """The answer to a begin or an input that `arrived` at that moment (monotonic; None: now). Never raises."""
        waited = 0.0 if arrived is None else time.monotonic() - arrived
        try:
            return self._served(gateway, turn, waited) or self.apology(gateway, turn)
        except Exception as error:
            self._log(gateway, turn, error)
            return self.apology(gateway, turn)

    def told(self, gateway: Gateway, turn: Turn, arrived: float | None = None) -> bool:
        """Take note of an end, a timeout or a question for the status. Whether the session is open. Never raises."""
        deadline = (time.monotonic() if arrived is None else arrived) + self._seconds
        try:
            return self._noted(gateway, turn, deadline)
        except Exception as error:
            self._log(gateway, turn, error)
            return False

    def apology(self, gateway: Gateway, turn: Turn) -> Reply:
        """The last screen when something of ours is broken."""
        spoken, budget = self._memory.spoken.get(self._places.key_of(gateway, turn)), BUDGETS[gateway.name]
        menu = self._places.menu_at(gateway, turn, spoken.menu if spoken else "")
        language = spoken.language if spoken else None
        return sorry(menu, language or language_in(menu, turn.transcript, budget), budget)

    def sweep(self, most: int) -> int:
        """Close up to `most` sessions that nobody ended; how many they were. Raises `Unavailable`."""
        return self._keeper.sweep(self._places.desk_of, most)

    def _served(self, gateway: Gateway, turn: Turn, waited: float) -> Reply | None:
        """The screen of a turn that has `waited` so many seconds; None where the caller can only be told sorry.

        That is where the number came too often, and where it is withheld although sessions are told apart by it.
        """
        at, deadline = self._now() - waited, time.monotonic() - waited + self._seconds
        left(deadline)
        place = self._places.of(gateway, turn, deadline)
        if place.wanted.caller_key is None and turn.session_id == turn.caller:
            self.counts["nameless", gateway.name] += 1
            return None
        with self._memory.under_way(place.wanted.key) as is_behind:
            known = self._memory.session(place.wanted.key, at)
            asked = _Asked(gateway, turn, place, at, deadline, is_behind, known.row.turn if known else None)
            return self._settled(asked, self._remembered(asked, known))

    def _remembered(self, asked: _Asked, known: Known | None) -> Found | None:
        """What may be guessed without asking the store: the session, or for a begin that there is none."""
        begins = asked.turn.kind is Kind.BEGIN
        if begins and asked.place.wanted.may_begin_anew:
            return None
        return Found(known) if known or begins else None

    def _settled(self, asked: _Asked, found: Found | None) -> Reply | None:
        looked, clashed = False, False
        for _ in range(TRIES):
            outcome, moved = self._tried(asked, found, looked=looked, clashed=clashed)
            if outcome.limited:
                self.counts["limited", asked.gateway.name] += 1
                return None
            if outcome.reply is not None:
                return self._answered(asked.gateway, outcome, moved)
            found, clashed, looked = outcome.found, looked and moved, True
            asked = asked.uncounted()
        raise Unavailable("too many turns of one session at once")

    def _tried(self, asked: _Asked, found: Found | None, *, looked: bool, clashed: bool) -> tuple[Outcome, bool]:
        """One try, and whether it was a move. `looked`: the store said what was `found`."""
        wanted = asked.place.wanted
        if found is None:
            return self._keeper.look(wanted, left(asked.deadline)), False
        known = found.known
        here = asked.place if known is None or known.is_over(self._now()) else self._places.again(asked.place, known)
        move = decide(self._arrival(asked, here, found, clashed=clashed), here.desk, self._digest)
        if isinstance(move, Move):
            return self._keeper.make(wanted, move, here.desk, left(asked.deadline), looked=looked), True
        if looked or known is None:
            return Outcome(move, known), False
        return self._keeper.repeat(wanted, known, left(asked.deadline)), False

    def _answered(self, gateway: Gateway, outcome: Outcome, moved: bool) -> Reply | None:
        known = outcome.known
        if known is not None:
            self._memory.remember(known, language_of(self._places.menu_of(known.row), known.talk.state))
        self.counts["turn" if moved else "repeated", gateway.name] += 1
        return outcome.reply

    def _noted(self, gateway: Gateway, turn: Turn, deadline: float) -> bool:
        place = self._places.of(gateway, turn, deadline)
        wanted = replace(place.wanted, rate_key=None)
        self._memory.forget(wanted.key)
        found = self._keeper.look(wanted, left(deadline)).found or Found()
        for _ in range(TRIES):
            known = found.known
            if known is None or known.is_over(self._now()) or known.row.status != OPEN or _is_foreign(turn, known):
                return False
            if turn.kind is Kind.STATUS:
                return True
            desk = self._places.again(place, known).desk
            outcome = self._keeper.make(wanted, drop(known, desk), desk, left(deadline), looked=True)
            if outcome.reply is not None:
                self.counts["dropped", gateway.name] += 1
                return False
            found = outcome.found or Found()
        raise Unavailable("too many turns of one session at once")

    def _arrival(self, asked: _Asked, place: Place, found: Found, *, clashed: bool) -> Arrival:
        turn, known = asked.turn, found.known
        return Arrival(
            turn=turn,
            at=asked.at,
            now=self._now(),
            key=place.wanted.key,
            caller=place.caller,
            caller_key=place.wanted.caller_key,
            service_code=place.service_code,
            prefill=place.prefill,
            reuses_ids=asked.gateway.reuses_ids,
            known=known,
            broken_off=found.broken_off,
            clashed=clashed or (known is not None and asked.was_overtaken(known)),
            is_foreign=known is not None and _is_foreign(turn, known),
        )

    def _digest(self, text: str) -> str:
        return self._seal.index("ussd input", text).hex()[:32]

    def _log(self, gateway: Gateway, turn: Turn, error: Exception) -> None:
        """Type and place only: an exception's text may repeat what a caller sent."""
        self.counts["failed", gateway.name] += 1
        frames = extract_tb(error.__traceback__)
        place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown"
        what = type(error).__name__
        log.error("event=turn_failed gateway=%s kind=%s error=%s at=%s", gateway.name, turn.kind, what, place)


def _is_foreign(turn: Turn, known: Known) -> bool:
    """Whether a session that was found by its id alone belongs to another number than the one that now speaks."""
    said, before = turn.caller, known.talk.received
    return bool(said) and said != before and number_key(said) != number_key(before)
