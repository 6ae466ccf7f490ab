"""The demo's own keys: made at its first start, kept in `instance/`, so that it needs no `.env`."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bridge.commands.kept import keep, kept
from bridge.commands.secret import data_key, signing_secret, token


@dataclass(frozen=True, slots=True)
class DemoKeys:
    """What `serve` takes from `.env`, drawn at random."""

    signing_secret: str = field(repr=False)
    data_key: str = field(repr=False)
    gateway_token: str = field(repr=False)
    account_sid: str
    auth_token: str = field(repr=False)


def demo_keys(file: Path) -> DemoKeys:
    """The keys in `file`, which is made where it is missing. Raises `SetupError` where it cannot be read or made."""
    anew = f"demo.json, and all files that begin with demo.db and taskrouter.db, in {file.parent}"
    return kept(file, DemoKeys, anew) or _make(file)


def _make(file: Path) -> DemoKeys:
    keys = DemoKeys(signing_secret(), data_key(), token(), "AC" + secrets.token_hex(16), secrets.token_hex(16))
    keep(file, asdict(keys))
    return keys
