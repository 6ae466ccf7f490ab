"""Everything one sandbox consists of, put together."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from bridge.errors import SetupError
from bridge.sandbox.database import Database
from bridge.sandbox.events import Events
from bridge.sandbox.faults import Plan
from bridge.sandbox.resources import Resources
from bridge.sandbox.seeds import is_of, seeds_for, sow, sow_named
from bridge.sandbox.tasks import Tasks

ANOTHERS = "{} holds the tasks of another account than ACCOUNT_SID: set that one, or name another file with --data"


class World:
    """One account with one workspace. `faults` is the plan that tests and the control endpoint write into.

    Raises `SetupError` where the database is of another account.
    """

    def __init__(
        self,
        database: Path | None,
        credentials: Mapping[str, str],
        account_sid: str,
        *,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        seed: int = 0,
    ) -> None:
        self.now, self.sleep = now, sleep
        self.database = Database(database)
        self.seeds = seeds_for(account_sid)
        if not is_of(self.database, account_sid):
            raise SetupError(ANOTHERS.format(database))
        sow(self.database, self.seeds, now())
        self.resources = Resources(self.database)
        self.events = Events(self.database, now)
        self.tasks = Tasks(self.database, self.resources, self.events, now)
        self.faults = Plan(now, seed)
        self._credentials = dict(credentials)

    def has(self, *, workflows: Iterable[str], queues: Iterable[str], channels: Iterable[str]) -> None:
        """See to it that these are there, as if an admin had made them in the Console."""
        sow_named(self.database, self.seeds, workflows, queues, channels, self.now())

    def knows(self, user: str, password: str) -> bool:
        """Whether Basic authentication holds: the account SID and its token, or an API key and its secret."""
        known = self._credentials.get(user, "")
        return bool(known) and hmac.compare_digest(known.encode(), password.encode())
