"""`python -m bridge doctor`: try every setting, change nothing; say what is wrong and where it is mended."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence

from bridge.commands import environment
from bridge.errors import SetupError
from bridge.gateways import GATEWAYS
from bridge.gateways.protection import guard
from bridge.intake import Secret
from bridge.lookup import complaints
from bridge.menu import load_menus
from bridge.service import account, routes
from bridge.settings import Settings, require_for_serving
from bridge.store import open_store, overview
from bridge.taskrouter import TaskRouter


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Exit code 0: everything is right. 1: something is wrong, and the lines with ✗ say what to do."


def run(arguments: argparse.Namespace) -> int:
    settings = environment.settings()
    sound = [_told(name, look(settings)) for name, look in LOOKS.items()]
    return 0 if all(sound) else 1


def _told(name: str, sentences: Sequence[str]) -> bool:
    print(f"{'✗' if sentences else '✓'} {name}")
    for sentence in sentences:
        print(f"    {sentence}")
    return not sentences


def secrets(settings: Settings) -> list[str]:
    """What `serve` would refuse."""
    return [
        *_complaints(lambda: require_for_serving(settings, GATEWAYS)),
        *_complaints(lambda: [Secret.parse(text, "TELERIVET_USSD_SECRET") for text in settings.telerivet_secrets]),
        *_complaints(lambda: [guard(name, given) for name, given in settings.gateways.items() if name in GATEWAYS]),
    ]


def menus(settings: Settings) -> list[str]:
    """What is wrong in the menu files."""
    return _complaints(lambda: load_menus(settings.menus_dir))


def dialled_codes(settings: Settings) -> list[str]:
    """What is wrong in ROUTES_FILE."""
    return _complaints(lambda: routes(settings, load_menus(settings.menus_dir)))


def look_ups(settings: Settings) -> list[str]:
    """Whether the menus' look-ups have a service to go to. It is not called: it may act on what it is asked."""
    try:
        return complaints(settings, load_menus(settings.menus_dir))
    except SetupError:
        return ["Not tried: mend the menus first."]


def database(settings: Settings) -> list[str]:
    """Whether the database opens with these keys."""
    return _complaints(lambda: open_store(settings.database_url, settings.data_keys, shared=True).close())


def taskrouter(settings: Settings) -> list[str]:
    """What TaskRouter says to the account, the workspace, every workflow and every channel."""
    try:
        found = routes(settings, load_menus(settings.menus_dir)).all()
    except SetupError:
        return ["Not tried: mend the menus and routes first."]
    workflows = {route.workflow for route in found if route.workflow}
    findings = TaskRouter(account(settings)).findings(workflows, {route.channel for route in found})
    return [finding.text for finding in findings]


def waiting(settings: Settings) -> list[str]:
    """What became no task and waits for a person."""
    try:
        store = open_store(settings.database_url, settings.data_keys, shared=True)
    except SetupError:
        return ["Not tried: the database does not open."]
    try:
        with store.read() as connection:
            counts, _ = overview.waiting(connection)
    finally:
        store.close()
    return list(_stuck(counts.get("held", 0), counts.get("dead", 0)))


def _stuck(held: int, dead: int) -> Iterator[str]:
    if held:
        yield f"{held} held, because a task may or may not exist: python -m bridge deliveries list --state held"
    if dead:
        yield f"{dead} refused or given up: python -m bridge deliveries list --state dead"


def _complaints(attempt: Callable[[], object]) -> list[str]:
    try:
        attempt()
    except SetupError as error:
        return [line for part in str(error).splitlines() for line in part.split("; ")]
    return []


LOOKS: dict[str, Callable[[Settings], list[str]]] = {
    "Secrets and keys": secrets,
    "Menus": menus,
    "Routes": dialled_codes,
    "Look-ups": look_ups,
    "Database": database,
    "TaskRouter": taskrouter,
    "Waiting for a person": waiting,
}
