"""Where a turn belongs: its route, the menu and screens it is served with, the keys of its session and number."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from bridge.errors import Unavailable
from bridge.gateways.asking import Desk
from bridge.gateways.base import Gateway
from bridge.gateways.budgets import BUDGETS
from bridge.gateways.callers import Caller, Callers
from bridge.gateways.codes import number_key, split_code
from bridge.gateways.keeping import Wanted
from bridge.gateways.moves import Known
from bridge.gateways.turn import Turn
from bridge.inquiry import Found, Inquiry, LookUp
from bridge.menu import Budget, Menu
from bridge.routes import Route, Routes, bare
from bridge.store import Session, rates
from bridge.store.seal import Seal
from bridge.store.sessions import session_key
from bridge.value import Value, replace
from bridge.waiting import way

FALLBACK_MENU = "support"

WRITING_SECONDS = 0.5  # what a look-up leaves for the store


class Place(Value, frozen=True):
    """Where one turn belongs. `service_code` is as it was dialled; `prefill` are dialled inputs that count."""

    desk: Desk
    service_code: str
    prefill: tuple[str, ...]
    caller: str | None
    wanted: Wanted


class Places:
    """Finds the place of every turn; knows routes and menus."""

    def __init__(self, routes: Routes, menus: Mapping[str, Menu], seal: Seal, look_up: LookUp) -> None:
        self._routes, self._menus, self._seal, self._look_up = routes, menus, seal, look_up
        self._callers = Callers(seal)

    def of(self, gateway: Gateway, turn: Turn, deadline: float) -> Place:
        """The place of a turn whose session is not known yet."""
        code, dialled = self._code(gateway, turn)
        route = self._routes.find(gateway.name, code)
        caller = self._callers.of(turn.caller, route.country, gateway.international_first)
        return Place(
            desk=Desk(self._menu(route), BUDGETS[gateway.name], self._within(deadline)),
            service_code=code,
            prefill=(turn.transcript or dialled) if route.direct_dial == "prefill" else (),
            caller=caller.number,
            wanted=self._wanted(gateway, turn, code, caller),
        )

    def again(self, place: Place, known: Known) -> Place:
        """The place of a known session's turn: code and menu are those it began with, later turns may not say them."""
        desk = replace(place.desk, menu=self.menu_of(known.row))
        return replace(place, desk=desk, service_code=known.talk.service_code)

    def desk_of(self, row: Session) -> Desk:
        """What a session is closed with when its caller is gone."""
        return Desk(self.menu_of(row), BUDGETS.get(row.gateway, Budget()), lambda inquiry: None)

    def menu_of(self, row: Session) -> Menu:
        """The menu that a session began with; its route's where that menu was taken away since."""
        return self._menus.get(row.menu) or self._menu(self._routes.find(row.gateway, row.service_code))

    def menu_at(self, gateway: Gateway, turn: Turn, spoken: str) -> Menu:
        """The menu that the caller heard last (`spoken`), else that of the code that the turn itself says."""
        return self._menus.get(spoken) or self._menu(self._routes.find(gateway.name, self._code(gateway, turn)[0]))

    def key_of(self, gateway: Gateway, turn: Turn) -> bytes:
        """Where the turn's session lies."""
        return self._key(gateway, turn, number_key(turn.caller))

    def _key(self, gateway: Gateway, turn: Turn, digits: str) -> bytes:
        return session_key(self._seal, gateway.name, turn.session_id, digits if gateway.caller_on_every_turn else "")

    def _code(self, gateway: Gateway, turn: Turn) -> tuple[str, tuple[str, ...]]:
        """The service code of a turn, and the inputs that were dialled with it."""
        if gateway.dials_whole:
            return split_code(self._routes, gateway.name, turn.service_code)
        return turn.service_code, turn.dialled

    def _wanted(self, gateway: Gateway, turn: Turn, code: str, caller: Caller) -> Wanted:
        """What is no number (`anonymous`, `0`) is many callers': it finds no earlier session, and shares no count."""
        key = self._key(gateway, turn, caller.digits)
        return Wanted(
            key=key,
            rate_key=caller.rate_key or rates.key_of(self._seal, key),
            caller_key=caller.key,
            gateway=gateway.name,
            service_code=bare(code),
            may_begin_anew=gateway.reuses_ids or not gateway.caller_on_every_turn,
        )

    def _menu(self, route: Route) -> Menu:
        menu = self._menus.get(route.menu or FALLBACK_MENU)
        return menu if menu is not None else next(iter(self._menus.values()))

    def _within(self, deadline: float) -> Callable[[Inquiry], Found | None]:
        def look_up(inquiry: Inquiry) -> Found | None:
            session = self._seal.index("look-up session", inquiry.session).hex()[:32]
            asked = replace(inquiry, session=session)
            # what it waits for a thread is lost, so the seconds left are counted in that thread
            return way.get().aside(lambda: self._look_up(asked, left(deadline) - WRITING_SECONDS))

        return look_up


def left(deadline: float) -> float:
    """Seconds until `deadline`, by the monotonic clock. Raises `Unavailable` where none are left."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise Unavailable("the turn took too long")
    return seconds
