"""The only place that knows Twilio: tasks in, outcomes out."""

from __future__ import annotations

from bridge.setting_readers import ShareNumber
from bridge.taskrouter.account import Account
from bridge.taskrouter.attributes import task_attributes
from bridge.taskrouter.client import TaskRouter
from bridge.taskrouter.order import TaskOrder
from bridge.taskrouter.outcome import Outcome, OutcomeKind

__all__ = [
    "Account",
    "Outcome",
    "OutcomeKind",
    "ShareNumber",
    "TaskOrder",
    "TaskRouter",
    "task_attributes",
]
