"""TaskRouter as the rest of the house sees it: every call ends in an `Outcome`, and nothing else escapes.

Twilio's SDK takes as long to load as half of all else, so a start does without it: the first call loads it, or `load`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from bridge import loading
from bridge.errors import SetupError
from bridge.taskrouter.account import Account
from bridge.taskrouter.order import TaskOrder
from bridge.taskrouter.outcome import Outcome

if TYPE_CHECKING:
    from bridge.taskrouter.calls import Calls
    from bridge.taskrouter.findings import Finding

log = logging.getLogger(__name__)

PACKAGES = ("twilio", "requests")


class TaskRouter:
    """Safe to share between threads. Raises `SetupError` where Twilio's SDK is not loading."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._lock = threading.Lock()
        self._calls: Calls | None = None
        loading.require(*PACKAGES)

    def load(self) -> None:
        """Load Twilio's SDK, so that no call need wait for it. Where that fails, each call will say so."""
        try:
            self._loaded()
        except SetupError as error:
            log.error("event=taskrouter_not_loaded why=%r", str(error))

    def create(self, order: TaskOrder) -> Outcome:
        """One attempt to make one task; `unknown` must be looked up before another. Never `missing`."""
        return self._ask(lambda calls: calls.create(order))

    def find(self, external_id: str) -> Outcome:
        """The live task that carries this id: `done` with its SID, or `missing`.

        Ended tasks are gone after five minutes: `created_between` still knows them. For a look-up, `unknown`
        means that we still do not know. Raises ValueError for an id that is not hex.
        """
        return self._ask(lambda calls: calls.find(external_id))

    def created_between(self, external_id: str, start: datetime, end: datetime) -> Outcome:
        """The same question to the event log, which keeps `task.created` for 30 days."""
        return self._ask(lambda calls: calls.created_between(external_id, start, end))

    def fetch(self, task_sid: str) -> Outcome:
        """`done` while the task lives, `missing` once it has ended."""
        return self._ask(lambda calls: calls.fetch(task_sid))

    def update(self, task_sid: str, attributes: str, priority: int | None = None) -> Outcome:
        """Replace the attributes of a live task, all but what others wrote on it, and its priority.

        Nothing that an agent notes in the same moment is lost: it is written only over what was read (`If-Match`).
        `missing` where the task has ended and nobody would see them.
        """
        return self._ask(lambda calls: calls.update(task_sid, attributes, priority))

    def erase(self, external_id: str, reference: str, task_sid: str | None = None) -> Outcome:
        """Leave of `task_sid`, and of every task with this id, only what tells which task it is.

        An agent's note goes too. A task that has ended is emptied while TaskRouter still lets us, and forgets itself
        soon after. `missing`: none is left. Raises ValueError for an id that is not hex.
        """
        return self._ask(lambda calls: calls.erase(external_id, reference, task_sid))

    def findings(self, workflows: Iterable[str], channels: Iterable[str], queues: Iterable[str] = ()) -> list[Finding]:
        """What is wrong with the set-up, read-only; an empty list where everything is right."""
        return self._loaded().findings(workflows, channels, queues)

    def _ask(self, call: Callable[[Calls], Outcome]) -> Outcome:
        try:
            calls = self._loaded()
        except SetupError as error:
            return Outcome("fault", reason=str(error))
        return call(calls)

    def _loaded(self) -> Calls:
        """The first who asks loads it, the others wait: so no two threads load parts of it from two ends."""
        with self._lock:
            if self._calls is None:
                try:
                    from bridge.taskrouter.calls import Calls
                except ImportError as error:
                    why = f"Twilio's SDK cannot be loaded ({type(error).__name__}): {loading.INSTALL} and start again"
                    raise SetupError(why) from error
                self._calls = Calls(self.account)
            return self._calls
