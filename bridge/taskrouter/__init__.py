"""The only place that knows Twilio: tasks in, outcomes out."""

from __future__ import annotations

from bridge.setting_readers import ShareNumber

from .account import Account
from .attributes import task_attributes
from .client import TaskRouter
from .order import TaskOrder
from .outcome import Outcome, OutcomeKind

__all__ = [
    "Account",
    "Outcome",
    "OutcomeKind",
    "ShareNumber",
    "TaskOrder",
    "TaskRouter",
    "task_attributes",
]
