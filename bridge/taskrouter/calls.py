"""The calls of `TaskRouter` through Twilio's own SDK: each ends in an `Outcome`, and nothing else escapes."""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import requests
from twilio.base import values
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client
from twilio.rest.taskrouter.v1.workspace import WorkspaceContext
from twilio.rest.taskrouter.v1.workspace.task import TaskContext, TaskInstance

from bridge.taskrouter.account import Account
from bridge.taskrouter.attributes import erased_attributes
from bridge.taskrouter.failures import CHANGED, outcome_of, status_and_code
from bridge.taskrouter.findings import NO_WORKSPACE, Finding, look_around
from bridge.taskrouter.merging import with_theirs
from bridge.taskrouter.order import TaskOrder, attributes_flaw
from bridge.taskrouter.outcome import Outcome
from bridge.taskrouter.transport import Transport

log = logging.getLogger(__name__)

HEX = re.compile(r"[0-9a-f]{8,64}")
TASK_SID = re.compile(r"WT[0-9a-fA-F]{32}")
LIVE = ("pending", "reserved", "assigned", "wrapping")
ENDED = ("completed", "canceled")
TRIES = 5  # of an update that others keep overtaking
CALLED = "event=taskrouter_call operation=%s outcome=%s status=%s"


class Calls:
    """Safe to share between threads: each has an SDK client of its own (twilio-python promises no safety).

    `TaskRouter` says what each call means.
    """

    def __init__(self, account: Account) -> None:
        self.account = account
        self._of_thread = threading.local()

    def create(self, order: TaskOrder) -> Outcome:
        if flaw := order.flaw():
            return Outcome("refused", reason=flaw)
        outcome = self._outcome("create", lambda: _made(self._workspace(), order))
        return self._blamed(outcome, order) if outcome.kind == "refused" else self._unless_404(outcome)

    def find(self, external_id: str) -> Outcome:
        _hex(external_id)
        outcome = self._outcome("find", lambda: _found(self._workspace(), external_id))
        return self._unless_404(outcome)

    def created_between(self, external_id: str, start: datetime, end: datetime) -> Outcome:
        _hex(external_id)
        outcome = self._outcome("events", lambda: _logged(self._workspace(), external_id, start, end))
        return self._unless_404(outcome)

    def fetch(self, task_sid: str) -> Outcome:
        return self._outcome("fetch", lambda: _if_live(self._workspace().tasks(task_sid).fetch()))

    def update(self, task_sid: str, attributes: str, priority: int | None = None) -> Outcome:
        if flaw := attributes_flaw(attributes):
            return Outcome("refused", reason=flaw)
        return self._outcome("update", lambda: self._updated(task_sid, attributes, priority))

    def erase(self, external_id: str, reference: str, task_sid: str | None = None) -> Outcome:
        _hex(external_id)
        attributes = erased_attributes(external_id, reference)
        return self._outcome("erase", lambda: _erased(self._workspace(), external_id, attributes, task_sid))

    def findings(self, workflows: Iterable[str], channels: Iterable[str], queues: Iterable[str] = ()) -> list[Finding]:
        if flaw := self.account.flaw():
            return [Finding(flaw, "ACCOUNT_SID")]
        return look_around(self._workspace(), self._headers, workflows, channels, queues)

    def _outcome(self, operation: str, call: Callable[[], Outcome]) -> Outcome:
        if flaw := self.account.flaw():
            return Outcome("fault", reason=flaw)
        try:
            outcome = call()
        except (TwilioException, requests.RequestException) as failure:
            outcome = outcome_of(failure, self._headers())
        except Exception as failure:  # an answer that the SDK cannot read raises anything
            log.error("event=taskrouter_unreadable operation=%s type=%s", operation, type(failure).__name__)
            reason = f"The answer of TaskRouter cannot be read ({type(failure).__name__})."
            outcome = Outcome("unknown", reason=reason)
        log.info(CALLED, operation, outcome.kind, outcome.http_status)
        return outcome

    def _updated(self, task_sid: str, attributes: str, priority: int | None) -> Outcome:
        """From the start again where another wrote between our reading and our writing."""
        for _ in range(TRIES - 1):
            try:
                return self._updated_once(task_sid, attributes, priority)
            except TwilioException as failure:
                if status_and_code(failure)[0] != CHANGED:
                    raise
        return self._updated_once(task_sid, attributes, priority)

    def _updated_once(self, task_sid: str, attributes: str, priority: int | None) -> Outcome:
        context = self._workspace().tasks(task_sid)
        live = context.fetch()
        outcome = _if_live(live)
        if outcome.kind == "missing":
            return outcome
        written = context.update(
            if_match=self._headers().get("ETag") or values.unset,
            attributes=with_theirs(attributes, live.attributes),
            priority=values.unset if priority is None else priority,
        )
        return _if_live(written)

    def _blamed(self, refused: Outcome, order: TaskOrder) -> Outcome:
        """Whether a refused order is the set-up's fault.

        Twilio does not publish the texts of 20001 for TaskRouter, so we look instead of reading them: is the
        workflow there, the channel, the queue? Where we cannot look, the order may be tried again.
        """
        wrong = self.findings([order.workflow_sid], [order.task_channel], filter(None, [order.queue_sid]))
        if not wrong:
            return refused
        if any(not finding.certain for finding in wrong):
            return Outcome("unsent", None, refused.http_status, refused.code, None, refused.reason)
        return self._fault(refused, wrong[0].text)

    def _unless_404(self, outcome: Outcome) -> Outcome:
        """Where no single task was named, 404 means the workspace, and says nothing about a task."""
        return self._fault(outcome, NO_WORKSPACE) if outcome.http_status == 404 else outcome

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
        routing_target=order.queue_sid or values.unset,
    )
    return Outcome("done", _sid(task), 201)


def _found(workspace: WorkspaceContext, external_id: str) -> Outcome:
    """The oldest that really carries the id: a call back may have copied the attributes of its parent."""
    for task in _carrying(workspace, external_id):
        return Outcome("done", _sid(task), 200)
    return Outcome("missing", None, 200, reason="No live task carries this id.")


def _carrying(workspace: WorkspaceContext, external_id: str) -> Iterator[TaskInstance]:
    """Every live task that carries the id, the oldest first."""
    expression = f'ussd.external_id == "{_hex(external_id)}"'
    tasks = workspace.tasks.list(evaluate_task_attributes=expression, page_size=50, limit=50)
    for task in sorted(tasks, key=lambda one: (one.date_created is None, one.date_created)):
        if _is_meant(task, external_id):
            yield task


def _erased(workspace: WorkspaceContext, external_id: str, attributes: str, task_sid: str | None) -> Outcome:
    found = [_sid(task) for task in _carrying(workspace, external_id)]
    sids = dict.fromkeys([task_sid, *found] if task_sid else found)
    emptied = [sid for sid in sids if _emptied(workspace.tasks(sid), attributes)]
    if not emptied:
        return Outcome("missing", task_sid, 200, reason="No task of it is left.")
    more = f"and of {len(emptied) - 1} more with its id" if len(emptied) > 1 else ""
    return Outcome("done", emptied[0], 200, reason=more)


def _emptied(context: TaskContext, attributes: str) -> bool:
    """False where the task is gone, or has ended and is not changed any more."""
    ended = False
    try:
        ended = _if_live(context.fetch()).kind == "missing"
        context.update(attributes=attributes)
    except TwilioRestException as failure:
        if failure.status == 404 or (ended and failure.status == 400):
            return False
        raise
    return True


def _is_meant(task: TaskInstance, external_id: str) -> bool:
    """A list may give attributes as null: then the task is fetched. One that just went away did match."""
    if task.attributes is not None:
        return _carries(task.attributes, external_id)
    try:
        return _carries(task.fetch().attributes, external_id)
    except TwilioRestException as failure:
        if failure.status == 404:
            return True
        raise


def _logged(workspace: WorkspaceContext, external_id: str, start: datetime, end: datetime) -> Outcome:
    events = workspace.events.stream(
        event_type="task.created",
        start_date=start.astimezone(UTC),  # the SDK writes a Z behind whatever it is given
        end_date=end.astimezone(UTC),
        page_size=1000,
    )
    for event in events:
        data: Any = event.event_data or {}
        if _carries(data.get("task_attributes"), external_id):
            return Outcome("done", data.get("task_sid") or event.resource_sid, 200)
    return Outcome("missing", None, 200, reason="No task with this id was created in that time.")


def _if_live(task: Any) -> Outcome:
    if task.assignment_status not in LIVE + ENDED:
        raise ValueError("not a task")
    if task.assignment_status in ENDED:
        return Outcome("missing", _sid(task), 200, reason="The task has ended.")
    return Outcome("done", _sid(task), 200)


def _sid(task: Any) -> str:
    """The SDK makes a task of any JSON object; one without a task's SID is no answer."""
    if not isinstance(task.sid, str) or not TASK_SID.fullmatch(task.sid):
        raise ValueError("not a task")
    return task.sid


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
