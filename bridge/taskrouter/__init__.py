"""The only place that knows Twilio: tasks in, outcomes out."""

from __future__ import annotations

from .account import Account
from .client import TaskRouter
from .findings import Finding
from .order import TaskOrder
from .outcome import Outcome, OutcomeKind

__all__ = ["Account", "Finding", "Outcome", "OutcomeKind", "TaskOrder", "TaskRouter"]
