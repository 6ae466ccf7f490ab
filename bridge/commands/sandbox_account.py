"""The account that a sandbox plays: the one in the settings, else its own, made once and kept beside its tasks."""

from __future__ import annotations

import re
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bridge.commands.kept import keep, kept
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
    found = kept(file, SandboxAccount, f"it, and all files that begin with {file.stem}.db, in {file.parent}")
    if found is None or (named and found.account_sid != named):
        found = SandboxAccount(named or "AC" + secrets.token_hex(16), secrets.token_hex(16))
        keep(file, asdict(found))
    return found
