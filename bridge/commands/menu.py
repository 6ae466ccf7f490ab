"""`python -m bridge menu check | build`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bridge.commands import environment, menu_build, menu_check
from bridge.errors import SetupError
from bridge.gateways import BUDGETS, GATEWAYS
from bridge.menu import Budget, load_menus, menu_files
from bridge.routes import Route, load_routes
from bridge.service import KNOWN_GATEWAYS
from bridge.settings import Settings


def configure(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="step", required=True, metavar="check | build")
    check = commands.add_parser("check", help="the size of every screen; fails where one cannot fit")
    check.add_argument("files", nargs="*", type=Path, metavar="FILE", help="menus (all of MENUS_DIR)")
    check.add_argument("--show", action="store_true", help="also the words of every screen, as the phone shows them")
    build = commands.add_parser("build", help="write the script of a provider-run gateway")
    build.add_argument(
        "--gateway", type=_provider, required=True, metavar="telerivet", help="the provider that runs the script"
    )
    build.add_argument("--menu", default="support", metavar="NAME", help="a menu of MENUS_DIR (support)")
    build.add_argument("-o", "--output", default="-", metavar="FILE", help="standard output without it")


def run(arguments: argparse.Namespace) -> int:
    settings = environment.settings()
    if arguments.step == "check":
        files = arguments.files or menu_files(settings.menus_dir)
        return menu_check.run(files, budgets(settings), sys.stdout, show=arguments.show, scripted=scripted(settings))
    menus = load_menus(settings.menus_dir)
    if arguments.menu not in menus:
        raise SetupError(f"there is no menu {arguments.menu!r} in MENUS_DIR: {', '.join(sorted(menus))}")
    return menu_build.run(menus[arguments.menu], arguments.output)


def _provider(name: str) -> str:
    if name in GATEWAYS:
        raise argparse.ArgumentTypeError(
            f"{name} needs no script: it asks the bridge for every screen (`python -m bridge gateways` has its URL)"
        )
    if name != "telerivet":
        raise argparse.ArgumentTypeError("there is a script for telerivet only")
    return name


def budgets(settings: Settings) -> dict[str, Budget]:
    """What a screen may hold: everywhere, and at each gateway that the routes or the tokens name."""
    named = {route.gateway for route in _routes(settings)}
    used = (named | set(settings.gateways)) & set(BUDGETS)
    return {"default": Budget()} | {name: BUDGETS[name] for name in sorted(used)}


def scripted(settings: Settings) -> set[str]:
    """The menus that Telerivet runs by the routes; by the default route, too, where its secret is set."""
    names = ("telerivet", "") if settings.telerivet_secrets else ("telerivet",)
    return {route.menu or "support" for route in _routes(settings) if route.gateway in names}


def _routes(settings: Settings) -> tuple[Route, ...]:
    return load_routes(settings.routes_file, Route(), KNOWN_GATEWAYS).all()
