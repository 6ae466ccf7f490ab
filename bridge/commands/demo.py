"""`python -m bridge demo` (`make run`): phone, bridge and a local TaskRouter in one server, without any account."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import redirect
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Response

from bridge import create_app, masking, reception, simulator
from bridge.commands import environment
from bridge.commands.demo_client import KEYS, TASKROUTER, announced, demo_in
from bridge.commands.demo_keys import DemoKeys, demo_keys
from bridge.commands.demo_menus import require_menus, tell_taskrouter
from bridge.commands.demo_phones import Phones
from bridge.commands.secret import signing_secret
from bridge.errors import SetupError
from bridge.gateways import GATEWAYS
from bridge.lookup.stand_in import create_stand_in
from bridge.sandbox import create_sandbox, seeds_for, world_of
from bridge.sandbox.desk import create_desk
from bridge.service import Service
from bridge.settings import Gateway, Settings, read
from bridge.signature import Secret

OWN = (
    "HOST",
    "PORT",
    "MENUS_DIR",
    "ROUTES_FILE",
    "DEFAULT_COUNTRY",
    "LOG_LEVEL",
)  # all that the demo takes from `.env`
LOOKUPS = "/lookups"  # where the stand-in for an organisation's service stands below our own address
ROUTES = Path(__file__).with_name("demo_routes.yaml")
EXAMPLES = Path(__file__).parents[2] / "menus" / "examples"
RUNS_ALREADY = "a demo runs here already at {}/: use it, stop it, or give this one --data another-folder"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, default=Path("instance"), help="folder for keys and data (instance)")


def run(arguments: argparse.Namespace) -> int:
    given = environment.environment()
    named = read({name: given[name] for name in OWN if name in given})
    environment.log_to_stderr(given.get("LOG_LEVEL", "WARNING"))
    if here := demo_in(arguments.data):
        raise SetupError(RUNS_ALREADY.format(here.url))
    reception.wait_for_port(named.host, named.port)
    keys = demo_keys(arguments.data / KEYS)
    settings = demo_settings(named, keys, arguments.data)
    masking.know(settings)
    application, running = assemble(settings, keys, arguments.data)
    with announced(arguments.data, address(settings)):
        print(f"Open {address(settings)}/ in a browser. Ctrl-C stops.", flush=True)
        print(f"Its keys are its own, made for play: {arguments.data / KEYS}. Dial no real number here.", flush=True)
        return reception.serve(application, running, settings.host, settings.port)


def demo_settings(named: Settings, keys: DemoKeys, data: Path) -> Settings:
    """What `.env` would hold if the local TaskRouter were Twilio and every gateway were ours."""
    seeds = seeds_for(keys.account_sid)
    return replace(
        named,
        telerivet_secrets=(keys.signing_secret,),
        account_sid=keys.account_sid,
        auth_token=keys.auth_token,
        workspace_sid=seeds.workspace_sid,
        workflow_sid=seeds.workflow_sid,
        task_channel=seeds.task_channel,
        taskrouter_url=address(named) + TASKROUTER,
        database_url=f"sqlite:///{data / 'demo.db'}",
        data_keys=(keys.data_key,),
        routes_file=named.routes_file or ROUTES,
        test_calls_make_tasks=True,
        menus_dir=(*named.menus_dir, EXAMPLES),
        lookup_url=address(named) + LOOKUPS,
        lookup_secrets=(signing_secret(),),
        gateways={name: Gateway(tokens=(keys.gateway_token,)) for name in GATEWAYS},
    )


def assemble(settings: Settings, keys: DemoKeys, data: Path) -> tuple[Callable[..., Any], Running]:
    """The bridge with the simulator and the desk, and what it calls beside it under one address."""
    app = create_app(settings)
    service: Service = app.extensions["bridge"]
    require_menus(service)
    phones = Phones(settings, service, address(settings))
    app.register_blueprint(create_desk(settings, service_code=phones.first_code))
    app.register_blueprint(simulator.blueprint(phones.exchange))
    app.add_url_rule("/", "home", _home)
    sandbox = create_sandbox(data / "taskrouter.db", account_sid=keys.account_sid, auth_token=keys.auth_token)
    tell_taskrouter(world_of(sandbox), service)
    organisation = create_stand_in([Secret.parse(text, "LOOKUP_SECRET") for text in settings.lookup_secrets])
    return DispatcherMiddleware(app, {TASKROUTER: sandbox, LOOKUPS: organisation}), Running(service, phones)


@dataclass(frozen=True, slots=True)
class Running:
    """What runs behind the demo's pages."""

    service: Service
    phones: Phones

    def start(self) -> None:
        """Begin to deliver. Returns at once."""
        self.service.start()

    def stop(self) -> None:
        """End the phones' emulator, then what an admin's bridge ends too."""
        self.phones.stop()
        self.service.stop()


def address(settings: Settings) -> str:
    """How this machine reaches the demo; a wildcard address is listened on, not called."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _home() -> Response:
    return redirect("/simulator")
