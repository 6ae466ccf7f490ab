"""The account that a sandbox plays: the one in the settings, else its own, made once and kept beside its tasks."""

from __future__ import annotations

import json
import os
import re
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bridge.errors import SetupError
from bridge.settings import Settings

ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}")


@dataclass(frozen=True, slots=True)
class SandboxAccount:
    """Who may ask the sandbox."""

    account_sid: str
    auth_token: str = field(repr=False)


def account_of(given: Settings, file: Path) -> SandboxAccount:
    """The account of the settings, where they name a real one; the sample's ACxxx is none. What is missing is made up
    once and kept in `file`. Raises `SetupError` where that cannot be read or written.
    """
    named = given.account_sid if ACCOUNT.fullmatch(given.account_sid) else ""
    if named and given.auth_token:
        return SandboxAccount(named, given.auth_token)
    kept = _kept(file)
    if kept is None or (named and kept.account_sid != named):
        kept = _keep(file, SandboxAccount(named or "AC" + secrets.token_hex(16), secrets.token_hex(16)))
    return kept


def _kept(file: Path) -> SandboxAccount | None:
    try:
        return SandboxAccount(**json.loads(file.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError):
        raise SetupError(f"{file} cannot be read: delete it and the tasks beside it to begin anew") from None


def _keep(file: Path, account: SandboxAccount) -> SandboxAccount:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump(asdict(account), out, indent=1)
    except OSError as error:
        raise SetupError(f"{file} cannot be written ({error.strerror}): name another place with --data") from None
    return account
