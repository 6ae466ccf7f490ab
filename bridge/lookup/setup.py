"""The look-ups that the settings speak of, and what is missing for those that the menus ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bridge.errors import SetupError
from bridge.menu import Menu
from bridge.settings import Settings
from bridge.signature import Secret

if TYPE_CHECKING:
    from bridge.lookup.lookups import Lookups


def lookups_of(settings: Settings) -> Lookups | None:
    """The service of `LOOKUP_URL`, None without one. Raises `SetupError` where it could not be signed for."""
    if not settings.lookup_url:
        return None
    from bridge.lookup.lookups import Lookups  # here: a start without look-ups does without an HTTP client

    secrets = [Secret.parse(text, "LOOKUP_SECRET") for text in settings.lookup_secrets or ("",)]
    return Lookups(settings.lookup_url, secrets, settings.lookup_seconds)


def complaints(settings: Settings, menus: Mapping[str, Menu]) -> list[str]:
    """What an admin should know, in sentences."""
    asking = sorted(menu.name for menu in menus.values() if any(each.type == "lookup" for each in menu.questions))
    if asking and not settings.lookup_url:
        return [f"LOOKUP_URL is missing: every look-up fails in {', '.join(asking)} (docs/lookups.md)"]
    try:
        lookups = lookups_of(settings)
    except SetupError as error:
        return [str(error)]
    if lookups is not None:
        lookups.close()
    return []
