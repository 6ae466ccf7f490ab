"""TaskRouter through Twilio's own SDK: every call ends in an `Outcome`, and nothing else escapes."""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import requests
from twilio.base.exceptions import TwilioException
from twilio.rest import Client
from twilio.rest.taskrouter.v1.workspace import WorkspaceContext

from .account import Account
from .failures import outcome_of
from .findings import NO_WORKSPACE, Finding, look_around
from .order import TaskOrder, attributes_flaw
from .outcome import Outcome
from .transport import Transport

log = logging.getLogger(__name__)

HEX = re.compile(r"[0-9a-f]{8,64}")
ENDED = ("completed", "canceled")


class TaskRouter:
    """Safe to share between threads: each has an SDK client of its own (twilio-python promises no safety)."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._of_thread = threading.local()

    def create(self, order: TaskOrder) -> Outcome:
        """One attempt to make one task; `unknown` must be looked up before another. Never `missing`."""
        if flaw := order.flaw():
            return Outcome("refused", reason=flaw)
        outcome = self._outcome("create", lambda: _made(self._workspace(), order))
        if outcome.kind == "missing":
            return self._fault(outcome, NO_WORKSPACE)
        return self._blamed(outcome, order) if outcome.kind == "refused" else outcome

    def find(self, external_id: str) -> Outcome:
        """The live task that carries this id: `done` with its SID, or `missing`.

        Ended tasks are gone after five minutes: `created_between` still knows them. For a look-up, `unknown`
        means that we still do not know. Raises ValueError for an id that is not hex.
        """
        expression = f'ussd.external_id == "{_hex(external_id)}"'
        return self._outcome("find", lambda: _found(self._workspace(), expression, external_id))

    def created_between(self, external_id: str, start: datetime, end: datetime) -> Outcome:
        """The same question to the event log, which keeps `task.created` for 30 days."""
        _hex(external_id)
        return self._outcome("events", lambda: _logged(self._workspace(), external_id, start, end))

    def fetch(self, task_sid: str) -> Outcome:
        """`done` while the task lives, `missing` once it has ended."""
        return self._outcome("fetch", lambda: _if_live(self._workspace().tasks(task_sid).fetch()))

    def update(self, task_sid: str, attributes: str) -> Outcome:
        """Replace the attributes of a live task; `missing` where it has ended and nobody would see them."""
        if flaw := attributes_flaw(attributes):
            return Outcome("refused", reason=flaw)
        return self._outcome(
            "update", lambda: _if_live(self._workspace().tasks(task_sid).update(attributes=attributes))
        )

    def findings(self, workflows: Iterable[str], channels: Iterable[str]) -> list[Finding]:
        """What is wrong with the set-up, read-only; an empty list where everything is right."""
        return look_around(self._workspace(), self._headers, workflows, channels)

    def _outcome(self, operation: str, call: Callable[[], Outcome]) -> Outcome:
        try:
            outcome = call()
        except (TwilioException, requests.RequestException) as failure:
            outcome = outcome_of(failure, self._headers())
        except Exception as failure:  # an answer that the SDK cannot read raises anything
            log.error("taskrouter_unreadable operation=%s type=%s", operation, type(failure).__name__)
            reason = f"The answer of TaskRouter cannot be read ({type(failure).__name__})."
            outcome = Outcome("unknown", reason=reason)
        log.info("taskrouter operation=%s outcome=%s status=%s", operation, outcome.kind, outcome.http_status)
        return outcome

    def _blamed(self, refused: Outcome, order: TaskOrder) -> Outcome:
        """Whether a refused order is the set-up's fault.

        Twilio does not publish the texts of 20001 for TaskRouter, so we look instead of reading them: is the
        workflow there, is the channel there? Where we cannot look, the order may be tried again.
        """
        wrong = self.findings([order.workflow_sid], [order.task_channel])
        if not wrong:
            return refused
        if any(not finding.certain for finding in wrong):
            return Outcome("unsent", None, refused.http_status, refused.code, None, refused.reason)
        return self._fault(refused, wrong[0].text)

    @staticmethod
    def _fault(outcome: Outcome, reason: str) -> Outcome:
        return Outcome("fault", None, outcome.http_status, outcome.code, None, reason)

    def _workspace(self) -> WorkspaceContext:
        return self._mine()[0].taskrouter.v1.workspaces(self.account.workspace_sid)

    def _mine(self) -> tuple[Client, Transport]:
        """This thread's client and what it speaks through; making one takes 0.2 ms."""
        if not hasattr(self._of_thread, "pair"):
            account = self.account
            transport = Transport(account.url, account.connect_timeout, account.read_timeout)
            client = Client(account.user, account.password, account.account_sid, http_client=transport)  # type: ignore[no-untyped-call]
            self._of_thread.pair = client, transport
        pair: tuple[Client, Transport] = self._of_thread.pair
        return pair

    def _headers(self) -> Mapping[str, str]:
        """Those of this thread's last answer."""
        return self._mine()[1].headers


def _made(workspace: WorkspaceContext, order: TaskOrder) -> Outcome:
    task = workspace.tasks.create(
        workflow_sid=order.workflow_sid,
        task_channel=order.task_channel,
        priority=order.priority,
        timeout=order.timeout,
        attributes=order.attributes,
    )
    if not task.sid:
        return Outcome("unknown", reason="The answer of TaskRouter names no task.")
    return Outcome("done", task.sid, 201)


def _found(workspace: WorkspaceContext, expression: str, external_id: str) -> Outcome:
    """The oldest that really carries the id. A list may give attributes as null: then the task is fetched."""
    tasks = workspace.tasks.list(evaluate_task_attributes=expression, page_size=50, limit=50)
    for task in sorted(tasks, key=lambda one: (one.date_created is None, one.date_created)):
        attributes = task.attributes if task.attributes is not None else task.fetch().attributes
        if _carries(attributes, external_id):
            return Outcome("done", task.sid, 200)
    return Outcome("missing", None, 200, reason="No live task carries this id.")


def _logged(workspace: WorkspaceContext, external_id: str, start: datetime, end: datetime) -> Outcome:
    events = workspace.events.stream(
        event_type="task.created", start_date=start, end_date=end, page_size=1000
    )
    for event in events:
        data: Any = event.event_data or {}
        if _carries(data.get("task_attributes"), external_id):
            return Outcome("done", data.get("task_sid") or event.resource_sid, 200)
    return Outcome("missing", None, 200, reason="No task with this id was created in that time.")


def _if_live(task: Any) -> Outcome:
    if task.assignment_status in ENDED:
        return Outcome("missing", task.sid, 200, reason="The task has ended.")
    return Outcome("done", task.sid, 200)


def _carries(attributes: str | None, external_id: str) -> bool:
    try:
        ours = json.loads(attributes or "{}")["ussd"]["external_id"]
    except (ValueError, KeyError, TypeError):
        return False
    return bool(ours == external_id)


def _hex(external_id: str) -> str:
    """Only hex gets into an expression: it can neither end the quotes nor hold a hyphen."""
    if not HEX.fullmatch(external_id):
        raise ValueError("an external id is 8 to 64 hex digits")
    return external_id
