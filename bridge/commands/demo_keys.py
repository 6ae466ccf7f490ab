"""The demo's own keys: made at its first start, kept in `instance/`, so that it needs no `.env`."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bridge.commands.secret import data_key, signing_secret, token
from bridge.errors import SetupError


@dataclass(frozen=True, slots=True)
class DemoKeys:
    """What `serve` takes from `.env`, drawn at random."""

    signing_secret: str = field(repr=False)
    data_key: str = field(repr=False)
    gateway_token: str = field(repr=False)
    account_sid: str
    auth_token: str = field(repr=False)


def demo_keys(file: Path) -> DemoKeys:
    """The keys in `file`, which is made where it is missing. Raises `SetupError` where it cannot be read."""
    try:
        return DemoKeys(**json.loads(file.read_text("utf-8")))
    except FileNotFoundError:
        return _make(file)
    except (OSError, ValueError, TypeError):
        raise SetupError(f"{file} cannot be read: delete the folder {file.parent} to begin anew") from None


def _make(file: Path) -> DemoKeys:
    keys = DemoKeys(signing_secret(), data_key(), token(), "AC" + secrets.token_hex(16), secrets.token_hex(16))
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(asdict(keys), out, indent=1)
    return keys
