"""The ways that the demo's phone can dial: Telerivet, its script in Node, and every server-run gateway."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from bridge.commands.demo_menus import codes, menu_of
from bridge.commands.menu_build import script_for
from bridge.errors import SetupError
from bridge.gateways import BUDGETS, GATEWAYS
from bridge.menu import Budget, Menu
from bridge.service import Service
from bridge.settings import Settings
from bridge.simulator import (
    PROTOCOLS,
    Address,
    Emulator,
    Exchange,
    Line,
    LineError,
    OpenLine,
    Provider,
    Script,
    ScriptLine,
    ServerRunLine,
    TelerivetLine,
    Wire,
)

EMULATOR = Path(__file__).parents[2] / "telerivet_script" / "test" / "emulator" / "serve.js"
SUBMISSIONS = "/v1/submissions"
POST_SECONDS = 5.0  # how long a caller waits for the reference
SCREEN_SECONDS = 10  # how long a provider waits for a screen where it does not say so
POSTS = "It shows the menu itself and posts the answers when all are given."
ASKS = "It asks the bridge for every screen"
CANNOT_TELL = "It numbers nothing: a request that comes again more than a second later counts as a second key."
NO_NODE = "This needs Node 20 or newer, which is not on this machine."


class Phones:
    """The exchange, and what must be stopped with it. `url` is where this machine reaches the bridge."""

    def __init__(self, settings: Settings, service: Service, url: str) -> None:
        self._settings, self._service, self._url = settings, service, url
        node = _node()
        self._emulator = Emulator(node, EMULATOR) if node else None
        self.exchange = Exchange({**self._provider_run(), **self._server_run()})

    @property
    def first_code(self) -> str:
        """What to dial with the phone as it lies there."""
        return next(iter(self._codes("telerivet")))

    def stop(self) -> None:
        """End the emulator, where it runs."""
        if self._emulator:
            self._emulator.stop()

    def _provider_run(self) -> dict[str, Provider]:
        known = self._codes("telerivet")
        script = self._scripted(self._emulator) if self._emulator else None
        runs = f"{_screen(Budget())} {POSTS} Here it runs the very file that is deployed there."
        return {
            "telerivet": Provider("Telerivet", f"{_screen(Budget())} {POSTS}", True, self._telerivet, known),
            "telerivet_script": Provider(
                "Telerivet (our script in Node)", runs if script else NO_NODE, True, script, known
            ),
        }

    def _server_run(self) -> dict[str, Provider]:
        titles = {name: GATEWAYS[name].title for name in self._settings.gateways if name in PROTOCOLS}
        names = sorted(titles, key=lambda name: titles[name].casefold())
        return {
            name: Provider(titles[name], _asking(name), False, self._asked(name), self._codes(name)) for name in names
        }

    def _telerivet(self, code: str, number: str) -> Line:
        wire = Wire(Address(self._url, SUBMISSIONS, SUBMISSIONS), POST_SECONDS)
        return TelerivetLine(self._menu(code), wire, self._service.secrets[0], code=code, number=number)

    def _scripted(self, emulator: Emulator) -> OpenLine:
        variables = {"bridge_url": self._url, "bridge_secret": self._settings.telerivet_secrets[0]}

        def open_line(code: str, number: str) -> Line:
            menu = self._menu(code)
            try:
                script = Script(menu.name, script_for(menu), variables)
            except SetupError as error:
                raise LineError(str(error)) from None
            return ScriptLine(emulator, script, code=code, number=number)

        return open_line

    def _asked(self, name: str) -> OpenLine:
        token = self._settings.gateways[name].tokens[0]
        address = Address(self._url, f"/ussd/{name}/{token}", f"/ussd/{name}/…")
        seconds = GATEWAYS[name].answer_seconds or SCREEN_SECONDS

        def open_line(code: str, number: str) -> Line:
            return ServerRunLine(PROTOCOLS[name], Wire(address, seconds), BUDGETS[name], code=code, number=number)

        return open_line

    def _menu(self, code: str) -> Menu:
        return self._service.menus[menu_of(self._service.routes.find("telerivet", code))]

    def _codes(self, gateway: str) -> Mapping[str, str]:
        return codes(self._service.routes, gateway)


def _screen(budget: Budget) -> str:
    return (
        f"A screen holds {budget.septets} septets (a letter is one, € or [ two), "
        f"or {budget.units} characters of Arabic and other scripts."
    )


def _asking(name: str) -> str:
    seconds = GATEWAYS[name].answer_seconds
    waits = f", and waits {seconds} s for it." if seconds else "; how long it waits is not stated."
    return " ".join((_screen(BUDGETS[name]), ASKS + waits, *(() if PROTOCOLS[name].tells_repeats else (CANNOT_TELL,))))


def _node() -> str | None:
    """Node on the path, or the one that `make test` installs beside our Python."""
    return shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
