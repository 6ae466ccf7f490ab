"""Everything one sandbox consists of, put together."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from .database import Database
from .events import Events
from .faults import Plan
from .resources import Resources
from .seeds import seeds_for, sow
from .tasks import Tasks


class World:
    """One account with one workspace. `faults` is the plan that tests and the control endpoint write into."""

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
        sow(self.database, self.seeds, now())
        self.resources = Resources(self.database)
        self.events = Events(self.database, now)
        self.tasks = Tasks(self.database, self.resources, self.events, now)
        self.faults = Plan(now, seed)
        self._credentials = dict(credentials)

    def knows(self, user: str, password: str) -> bool:
        """Whether Basic authentication holds: the account SID and its token, or an API key and its secret."""
        known = self._credentials.get(user, "")
        return bool(known) and hmac.compare_digest(known.encode(), password.encode())
