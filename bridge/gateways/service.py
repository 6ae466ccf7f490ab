"""All gateways of one process, wired: those mounted, their paths in the application, their sweeper, their figures."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from bridge import problem
from bridge.errors import Unavailable
from bridge.gateways.door import Door
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
from bridge.wsgi import Application, HttpAnswer, mount, path_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from prometheus_client import Metric

log = logging.getLogger(__name__)

PATH = "/ussd/"
ADDRESS = re.compile(f"{PATH}([^/]+)/([^/]+)(?:/([^/].*))?")  # gateway, token, what stands below it
CHALLENGE = (("WWW-Authenticate", 'Basic realm="ussd"'),)


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

    def mount(self, app: Application) -> None:
        """Answer at `/ussd/<gateway>/<token>` and what lies below it."""
        mount(app, PATH, self.answer)

    def start(self) -> None:
        """Begin to sweep. Returns at once."""
        self._sweeper.start()

    def stop(self) -> None:
        """Stop sweeping."""
        self._sweeper.stop()

    def metrics(self) -> Iterable[Metric]:
        """How many turns went how since the start; while the store can be read, where callers were lost, too."""
        from prometheus_client.metrics_core import CounterMetricFamily  # here: a start does without

        from bridge.gateways.figures import sessions_kept

        labels = ["gateway", "event"]
        turns = CounterMetricFamily("bridge_turns", "Turns of gateways, by what became of them.", labels=labels)
        for (event, gateway), number in sorted(self.turns.counts.items()):
            turns.add_metric([gateway, event], number)
        yield turns
        try:
            yield from sessions_kept(self._store)
        except Unavailable:
            log.warning("event=session_figures_without_store")

    def answer(self, environ: WSGIEnvironment) -> HttpAnswer:
        """What one request is answered with. Never raises."""
        try:
            asked = ADDRESS.fullmatch(path_of(environ))
            return self._admitted(environ, *asked.groups("")) if asked else problem.answer(404)
        except Exception as error:
            return problem.of(error, "turn")

    def _admitted(self, environ: WSGIEnvironment, gateway: str, token: str, below: str) -> HttpAnswer:
        source = source_of(environ.get("REMOTE_ADDR") or "", environ.get("HTTP_X_FORWARDED_FOR", ""), self._proxies)
        door = self.doors.get(gateway)
        status = 404 if door is None else door.refusal(environ, token, source)
        if door is None or status is not None:
            return self._refused(source, status or 404)
        return door.serve(environ, below)

    def _refused(self, source: str, status: int) -> HttpAnswer:
        """One constant answer for each status, whatever was wrong."""
        if self._refusals.count(source):
            return problem.answer(429, ("Retry-After", str(int(WINDOW))))
        return problem.answer(status, *CHALLENGE if status == 401 else ())


def _doors(settings: Settings, turns: Turns) -> dict[str, Door]:
    """Other names ending in _TOKEN are no business of ours: every environment has some."""
    mounted = {name: given for name, given in settings.gateways.items() if name in GATEWAYS and given.tokens}
    return {name: Door(GATEWAYS[name], guard(name, given), turns) for name, given in mounted.items()}
