"""Tries the settings against TaskRouter, read-only, and says where each right value is found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import requests
from twilio.base.exceptions import TwilioException
from twilio.rest.taskrouter.v1.workspace import WorkspaceContext

from bridge.taskrouter.failures import outcome_of

CONSOLE = "Twilio Console > TaskRouter > Workspaces"
NO_WORKSPACE = f"Twilio does not know the workspace: correct TASK_WORKSPACE_ID (WS…; {CONSOLE})."
NO_WORKFLOW = (
    "The workflow {} is not in the workspace: correct TASK_WORKFLOW_ID or the route"
    f" (WW…; {CONSOLE} > your workspace > Workflows)."
)
NO_CHANNEL = (
    "The task channel {} is not in the workspace: correct TASK_CHANNEL or the route, or create it"
    f" ({CONSOLE} > your workspace > Task Channels)."
)
NO_QUEUE = (
    "The queue {} is not in the workspace: correct `queue` in the route or the menu"
    f" (WQ…; {CONSOLE} > your workspace > Task Queues)."
)
NOT_TASKROUTER = "What answers at TASKROUTER_URL is not TaskRouter ({}): correct it."


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence for an admin. `certain`: TaskRouter said so; else it could not be asked.

    `setting` names what to mend, where one setting is to blame.
    """

    text: str
    setting: str = ""
    certain: bool = True


def look_around(
    workspace: WorkspaceContext,
    headers: Callable[[], Mapping[str, str]],
    workflows: Iterable[str],
    channels: Iterable[str],
    queues: Iterable[str] = (),
) -> list[Finding]:
    """Workspace first: where that is wrong, or nobody answers, nothing else can be said."""
    first = _try(workspace.fetch, headers, Finding(NO_WORKSPACE, "TASK_WORKSPACE_ID"))
    if first is not None:
        return [first]
    checks = []
    for sid in sorted(set(workflows)):
        unknown = Finding(NO_WORKFLOW.format(sid), "TASK_WORKFLOW_ID")
        checks.append(_try(workspace.workflows(sid).fetch, headers, unknown))
    for name in sorted(set(channels)):
        unknown = Finding(NO_CHANNEL.format(name), "TASK_CHANNEL")
        checks.append(_try(workspace.task_channels(name).fetch, headers, unknown))
    for sid in sorted(set(queues)):
        checks.append(_try(workspace.task_queues(sid).fetch, headers, Finding(NO_QUEUE.format(sid))))
    return [finding for finding in checks if finding is not None]


def _try(fetch: Callable[[], object], headers: Callable[[], Mapping[str, str]], missing: Finding) -> Finding | None:
    try:
        fetch()
    except (TwilioException, requests.RequestException) as failure:
        outcome = outcome_of(failure, headers())
    except Exception as failure:  # an answer that the SDK cannot read raises anything
        return Finding(NOT_TASKROUTER.format(type(failure).__name__), "TASKROUTER_URL")
    else:
        return None
    if outcome.kind in ("missing", "refused"):
        return missing
    return Finding(outcome.reason, certain=outcome.kind == "fault")
