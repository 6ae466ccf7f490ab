"""What runs behind the pages: store, delivery worker, gateways. Made whole, started and stopped in order."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from bridge import __version__, e164
from bridge.delivery import Patience, Rules, Worker
from bridge.errors import Unavailable
from bridge.gateways import GATEWAYS, Gateways
from bridge.inquiry import no_look_up
from bridge.intake import Intake, Secret
from bridge.intake.openapi import paths
from bridge.loading import without_collection
from bridge.lookup import complaints, lookups_of
from bridge.menu import Menu, load_menus
from bridge.planner import Planner
from bridge.pulse import Pulse
from bridge.purging import DailyPurge, keep
from bridge.routes import Route, Routes, load_routes
from bridge.settings import Settings
from bridge.store import open_store
from bridge.submission import Receipt, Submission
from bridge.taskrouter import Account, TaskRouter

if TYPE_CHECKING:
    from prometheus_client import Metric

log = logging.getLogger(__name__)

KNOWN_GATEWAYS = ("telerivet", *GATEWAYS)
LOAD_AFTER = 1.0  # seconds from the start, when the first who waited for it have their answers
STORE_SECONDS = 5.0  # a commit that takes longer than this means that the store is stuck


class Service:
    """The parts, wired. `start` before the first request, `stop` after the last."""

    def __init__(self, settings: Settings, now: Callable[[], float]) -> None:
        self.settings = settings
        self.secrets = [Secret.parse(text, "TELERIVET_USSD_SECRET") for text in settings.telerivet_secrets]
        self.menus = load_menus(settings.menus_dir)
        self.routes = routes(settings, self.menus)
        self.lookups = lookups_of(settings)
        self.planner = Planner(self.routes, self.menus, settings.share_number, settings.test_calls_make_tasks)
        self.taskrouter = TaskRouter(account(settings))
        self.store = open_store(settings.database_url, settings.data_keys, node=node(settings), now=now)
        self.worker = Worker(
            self.store,
            self.taskrouter,
            self.planner,
            rules=Rules(patience=Patience(give_up_after=settings.give_up_after)),
            now=now,
        )
        self.gateways = Gateways(
            settings,
            self.store,
            self.routes,
            self.menus,
            delivers=self.planner.delivers,
            look_up=self.lookups or no_look_up,
            now=now,
        )
        self.intake = Intake(self.secrets, self.accept, self.country, now)
        self.pulse = Pulse(partial(self.store.ping, STORE_SECONDS))
        self.purging = DailyPurge(self.store, keep(settings), now)
        self.later: list[Callable[[], object]] = [e164.load, self.taskrouter.load]
        self._loading = threading.Timer(LOAD_AFTER, self._load_the_rest)
        self.store.on_accept.append(self.worker.wake)

    def start(self) -> None:
        """Begin to deliver and to sweep. Returns at once."""
        for complaint in complaints(self.settings, self.menus):
            log.warning("event=look_ups_fail why=%r", complaint)
        self.worker.start()
        self.gateways.start()
        self.purging.start()
        self._loading.start()

    def stop(self) -> None:
        """Let the calls under way end, then close the store. Nothing accepted is lost by it."""
        self._loading.cancel()
        self.purging.stop()
        self.gateways.stop()
        if self.lookups:
            self.lookups.close()
        self.worker.stop()
        self.store.close()

    def _load_the_rest(self) -> None:
        with without_collection():
            for load in self.later:
                load()

    def accept(self, submission: Submission, body: bytes) -> Receipt:
        """Keep a submission, and have a task made of it where its route wants one."""
        return self.store.accept(submission, body, deliver=self.planner.delivers(submission))

    def country(self, gateway: str, service_code: str) -> str | None:
        """The country in which numbers of this dialled code are read."""
        return self.routes.find(gateway, service_code).country

    def problems(self) -> list[str]:
        """Why the bridge is not ready, in sentences; empty where it is."""
        return [problem for problem in (self.pulse.problem(), self.worker.problem()) if problem]

    def metrics(self) -> Iterable[Metric]:
        """Figures for /metrics; while the store cannot be read, those that need it are left out."""
        from prometheus_client.metrics_core import CounterMetricFamily  # here: a start does without

        from bridge.figures import by, figures

        yield from self.gateways.metrics()
        yield by("outcome", CounterMetricFamily, "bridge_look_ups", "Look-ups by outcome.", self._look_ups())
        try:
            yield from figures(self.worker.counts())
        except Unavailable:
            log.warning("event=metrics_without_store")

    def _look_ups(self) -> Mapping[str, int]:
        return dict(self.lookups.counts) if self.lookups else {}

    def description(self) -> Mapping[str, Any]:
        """OpenAPI 3.1 of what others may call."""
        return {
            "openapi": "3.1.0",
            "info": {"title": "USSD bridge for Twilio Flex", "version": __version__},
            "paths": paths(),
        }


def node(settings: Settings) -> str:
    """This process among all that share a database: after a kill, it takes up its own calls at once."""
    return f"{socket.gethostname()[-40:]}:{settings.port}"  # machines of one kind differ at the end of their names


def account(settings: Settings) -> Account:
    """Who we are at TaskRouter: an API key where there is one, else the account itself."""
    user, password = settings.account_sid, settings.auth_token
    if settings.api_key_sid and settings.api_key_secret:
        user, password = settings.api_key_sid, settings.api_key_secret
    return Account(settings.account_sid, user, password, settings.workspace_sid, settings.taskrouter_url)


def routes(settings: Settings, menus: Mapping[str, Menu]) -> Routes:
    """The routes of the settings. Raises `SetupError` where one names a menu or a gateway that is not there.

    And where an open gateway would have to show one that is not there; a provider-run one shows its own.
    """
    base = Route(workflow=settings.workflow_sid, channel=settings.task_channel, country=settings.default_country)
    found = load_routes(settings.routes_file, base, KNOWN_GATEWAYS)
    found.check_menus(menus, str(settings.routes_file or "ROUTES_FILE"))
    found.require_menus(menus, settings.gateways)
    return found
