"""All gateways of one process, wired: those mounted, their paths in the application, their sweeper, their figures."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from flask import Blueprint, Flask, Response, request
from prometheus_client import Metric
from prometheus_client.metrics_core import CounterMetricFamily

from bridge import problem
from bridge.errors import Unavailable
from bridge.gateways.door import METHODS, Door
from bridge.gateways.figures import sessions_kept
from bridge.gateways.protection import guard, source_of
from bridge.gateways.refusals import Refusals
from bridge.gateways.registry import GATEWAYS
from bridge.gateways.sweeper import Sweeper
from bridge.gateways.turns import Turns
from bridge.inquiry import LookUp, no_look_up
from bridge.menu import Menu
from bridge.routes import Routes
from bridge.settings import Settings
from bridge.store import Store
from bridge.store.rates import WINDOW
from bridge.submission import Submission

log = logging.getLogger(__name__)


class Gateways:
    """`mount` them on the application; `start` and `stop` what runs behind them.

    A gateway without a token in the settings is not there. Raises `SetupError` for weak tokens.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        routes: Routes,
        menus: Mapping[str, Menu],
        *,
        delivers: Callable[[Submission], bool],
        look_up: LookUp = no_look_up,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.turns = Turns(store, routes, menus, delivers=delivers, look_up=look_up, now=now)
        self.doors = _doors(settings, self.turns)
        self._store, self._proxies = store, settings.trusted_proxies
        self._refusals = Refusals(store, now)
        self._sweeper = Sweeper(self.turns.sweep)

    def mount(self, app: Flask) -> None:
        """Add `/ussd/<gateway>/<token>` and what lies below it."""
        pages = Blueprint("gateways", __name__)
        for rule in ("/ussd/<gateway>/<token>", "/ussd/<gateway>/<token>/<path:below>"):
            pages.add_url_rule(rule, "turn", self._serve, methods=METHODS, provide_automatic_options=False)
        app.register_blueprint(pages)

    def start(self) -> None:
        """Begin to sweep. Returns at once."""
        self._sweeper.start()

    def stop(self) -> None:
        """Stop sweeping."""
        self._sweeper.stop()

    def metrics(self) -> Iterable[Metric]:
        """How many turns went how since the start; while the store can be read, where callers were lost, too."""
        labels = ["gateway", "event"]
        turns = CounterMetricFamily("bridge_turns", "Turns of gateways, by what became of them.", labels=labels)
        for (event, gateway), number in sorted(self.turns.counts.items()):
            turns.add_metric([gateway, event], number)
        yield turns
        try:
            yield from sessions_kept(self._store)
        except Unavailable:
            log.warning("event=session_figures_without_store")

    def _serve(self, gateway: str, token: str, below: str = "") -> Response:
        source = source_of(request.remote_addr or "", request.headers.get("X-Forwarded-For", ""), self._proxies)
        door = self.doors.get(gateway)
        refuse = partial(self._refuse, source)
        return refuse(404) if door is None else door.serve(request, token, below, source, refuse)

    def _refuse(self, source: str, status: int) -> Response:
        """One constant answer for each status, whatever was wrong."""
        if self._refusals.count(source):
            response = problem.answer(429)
            response.headers["Retry-After"] = str(int(WINDOW))
            return response
        response = problem.answer(status)
        if status == 401:
            response.headers["WWW-Authenticate"] = 'Basic realm="ussd"'
        return response


def _doors(settings: Settings, turns: Turns) -> dict[str, Door]:
    """Other names ending in _TOKEN are no business of ours: every environment has some."""
    mounted = {name: given for name, given in settings.gateways.items() if name in GATEWAYS and given.tokens}
    return {name: Door(GATEWAYS[name], guard(name, given), turns) for name, given in mounted.items()}
