"""`python -m bridge routes check`: explain what a dialled code does."""

from __future__ import annotations

import argparse

from bridge.commands import environment
from bridge.errors import SetupError
from bridge.menu import load_menus
from bridge.routes import Route, known_gateway
from bridge.service import KNOWN_GATEWAYS, routes
from bridge.settings import Settings

PROVIDER_RUN = "telerivet"
COLUMNS = ("gateway", "code", "menu", "workflow", "queue", "channel", "priority", "country", "test calls")


def configure(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="step", required=True, metavar="check")
    check = commands.add_parser("check", help="all routes, or the one that a code takes")
    check.add_argument("gateway", nargs="?", help="like telerivet or hubtel")
    check.add_argument("code", nargs="?", default="", help="the dialled code, like '*384*123#'")


def run(arguments: argparse.Namespace) -> int:
    settings = environment.settings()
    found = routes(settings, load_menus(settings.menus_dir))
    if arguments.gateway:
        if arguments.gateway not in KNOWN_GATEWAYS:
            raise SetupError(
                f"there is no gateway {arguments.gateway!r}: say {known_gateway(arguments.gateway, KNOWN_GATEWAYS)}"
            )
        print(explained(found.find(arguments.gateway, arguments.code), arguments.gateway, arguments.code, settings))
    else:
        print(table([COLUMNS, *map(_cells, found.all())]))
    return 0


def explained(route: Route, gateway: str, code: str, settings: Settings) -> str:
    """What happens to a caller who dials `code` at `gateway`, in sentences."""
    menu = route.menu or "support (or the one that the provider's script names)"
    source = str(settings.routes_file) if settings.routes_file else "no ROUTES_FILE: the default route"
    task = "makes a task" if route.simulated == "task" else "is stored and makes no task"
    return "\n".join(
        (
            f"{code or 'Any code'} at {gateway} ({source}):",
            f"  shows the menu {menu}",
            f"  makes a task in the workflow {route.workflow or 'that is not set yet: set TASK_WORKFLOW_ID'}",
            f"  for {'the queue ' + route.queue if route.queue else 'the queue that the workflow chooses'}",
            f"  on the channel {route.channel}, with priority {route.priority}, for at most {route.timeout:,} seconds",
            f"  reads numbers without a country code as {route.country or 'international ones'}",
            f"  a test call {task}",
            f"  digits dialled behind the code {_digits_behind(route, gateway)}",
            f"  the gateway {_mounted(gateway, settings)}",
        )
    )


def _digits_behind(route: Route, gateway: str) -> str:
    if route.direct_dial == "ignore":
        return "do nothing (direct_dial: ignore)"
    if gateway == PROVIDER_RUN:
        return "do nothing: direct_dial is for server-run gateways"
    return "answer the first questions (direct_dial: prefill)"


def _mounted(gateway: str, settings: Settings) -> str:
    """Whether anybody can reach us through it with these settings."""
    if gateway == PROVIDER_RUN:
        is_open, setting = bool(settings.telerivet_secrets), "TELERIVET_USSD_SECRET"
    else:
        is_open, setting = gateway in settings.gateways, f"{gateway.upper()}_TOKEN"
    return f"is open: {setting} is set" if is_open else f"is NOT open: set {setting}"


def table(rows: list[tuple[str, ...]]) -> str:
    """Rows in columns that are as wide as they need to be."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _cells(route: Route) -> tuple[str, ...]:
    return (
        route.gateway or "(any other)",
        route.service_code or "(any)",
        route.menu or "(submission's)",
        route.workflow or "(not set)",
        route.queue or "(workflow's)",
        route.channel,
        str(route.priority),
        route.country or "-",
        "task" if route.simulated == "task" else "stored",
    )
