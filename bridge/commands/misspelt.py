"""Names in `.env` that are no setting: a slip there has no other sign, because the default holds in silence."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bridge.gateways import GATEWAYS
from bridge.settings import SETTINGS

LIKE_A_SETTING = re.compile(r"[A-Z][A-Z0-9_]{0,47}")
UNSHOWN = (
    "a line that is no setting is not shown here: it may be the rest of a secret, whose value must stand on one line"
)
ALIKE = 0.75  # of 1; HUBTEL_TOKEN and BEEM_TOKEN are not, TASK_CHANEL and TASK_CHANNEL are


def known_names() -> set[str]:
    """Every name that `.env` may hold, files of secrets and gateways' protection included."""
    plain = {setting.name for setting in SETTINGS}
    files = {f"{setting.name}_FILE" for setting in SETTINGS if setting.secret}
    gateways = {f"{name.upper()}_{part}" for name in GATEWAYS for part in ("TOKEN", "BASIC", "ALLOW_IPS")}
    return plain | files | gateways | {f"{name}_FILE" for name in gateways}


def misspelt(names: Iterable[str]) -> list[str]:
    """A sentence for each of `names` that is no setting, with the nearest one that is."""
    known = known_names()
    return [_told(name, _nearest(name, known)) for name in names if name not in known]


def _nearest(name: str, known: set[str]) -> list[str]:
    from difflib import get_close_matches  # here: most starts have no such name

    return get_close_matches(name, sorted(known), 1, ALIKE)


def _told(name: str, nearest: list[str]) -> str:
    if nearest:
        return f"{name}: did you mean {nearest[0]}?"
    if LIKE_A_SETTING.fullmatch(name):
        return f"{name}: no setting, so it does nothing"
    return UNSHOWN
