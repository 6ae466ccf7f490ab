"""`python -m bridge doctor`: try every setting, change nothing; say what is wrong and where it is mended."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from bridge.commands import environment, fitness
from bridge.commands.beside import store_beside
from bridge.commands.fitness import complaints
from bridge.errors import SetupError
from bridge.lookup import complaints as complaints_of_look_ups
from bridge.menu import Menu, load_menus
from bridge.service import account, routes
from bridge.settings import Settings
from bridge.store import is_new, overview
from bridge.taskrouter import TaskRouter
from bridge.taskrouter.findings import Finding


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "Exit code 0: everything is right. 1: something is wrong, and the lines with ✗ say what to do. "
        "A line with ! warns of a line in .env that sets nothing."
    )


def run(arguments: argparse.Namespace) -> int:
    settings = environment.settings()
    _told("Names in .env", environment.no_settings(), "!")
    sound = [_told(name, look(settings)) for name, look in LOOKS.items()]
    return 0 if all(sound) else 1


def _told(name: str, sentences: Sequence[str], mark: str = "✗") -> bool:
    print(f"{mark if sentences else '✓'} {name}")
    for sentence in sentences:
        print(f"    {sentence}")
    return not sentences


def secrets(settings: Settings) -> list[str]:
    """What `serve` would refuse."""
    return fitness.unfit(settings)


def menus(settings: Settings) -> list[str]:
    """What is wrong in the menu files."""
    return complaints(lambda: load_menus(settings.menus_dir))


def dialled_codes(settings: Settings) -> list[str]:
    """What is wrong in ROUTES_FILE."""
    return complaints(lambda: routes(settings, load_menus(settings.menus_dir)))


def look_ups(settings: Settings) -> list[str]:
    """Whether the menus' look-ups have a service to go to. It is not called: it may act on what it is asked."""
    try:
        return complaints_of_look_ups(settings, load_menus(settings.menus_dir))
    except SetupError:
        return ["Not tried: mend the menus first."]


def database(settings: Settings) -> list[str]:
    """Whether the database opens with these keys; where there is none yet, the bridge will make it."""
    if is_new(settings.database_url):
        return []
    return complaints(lambda: _opened_and_closed(settings))


def _opened_and_closed(settings: Settings) -> None:
    with store_beside(settings):
        pass


def taskrouter(settings: Settings) -> list[str]:
    """What TaskRouter says to the account, the workspace, every workflow and every channel."""
    try:
        menus = load_menus(settings.menus_dir)
        found = routes(settings, menus).all()
    except SetupError:
        return ["Not tried: mend the menus and routes first."]
    named = list(_named_by_answers(menus.values()))
    workflows = {route.workflow for route in found} | {one.get("workflow") for one in named}
    queues = {route.queue for route in found} | {one.get("queue") for one in named}
    channels = {route.channel for route in found}
    findings = TaskRouter(account(settings)).findings(filter(None, workflows), channels, filter(None, queues))
    return [_with_address(finding, settings.taskrouter_url) for finding in findings]


def _with_address(finding: Finding, address: str) -> str:
    """Where nobody answered, who was asked. A password in the address stays unsaid."""
    if finding.certain:
        return finding.text
    host = urlsplit(address).netloc.rpartition("@")[2]
    return f"{finding.text} Asked was {host}: look at TASKROUTER_URL, this machine's network, DNS, firewall and clock."


def _named_by_answers(menus: Iterable[Menu]) -> Iterator[Mapping[str, Any]]:
    """Where answers send a submission (`route_when`)."""
    for menu in menus:
        for question in menu.questions:
            yield from question.route_when.values()


def waiting(settings: Settings) -> list[str]:
    """What became no task and waits for a person."""
    if is_new(settings.database_url):
        return []
    try:
        with store_beside(settings) as store, store.read() as connection:
            counts, _ = overview.waiting(connection)
    except SetupError:
        return ["Not tried: the database does not open."]
    return list(_stuck(counts.get("held", 0), counts.get("dead", 0)))


def _stuck(held: int, dead: int) -> Iterator[str]:
    if held:
        yield f"{held} held, because a task may or may not exist: python -m bridge deliveries list --state held"
    if dead:
        yield f"{dead} refused or given up: python -m bridge deliveries list --state dead"


LOOKS: dict[str, Callable[[Settings], list[str]]] = {
    "Secrets and keys": secrets,
    "Menus": menus,
    "Routes": dialled_codes,
    "Look-ups": look_ups,
    "Database": database,
    "TaskRouter": taskrouter,
    "Waiting for a person": waiting,
}
