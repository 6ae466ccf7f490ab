"""From a stored submission to exactly one task: what is due is claimed, called, and finished or looked up."""

from __future__ import annotations

from bridge.delivery.call import Planner
from bridge.delivery.claim import Rules
from bridge.delivery.health import Counts
from bridge.delivery.policy import Patience
from bridge.delivery.worker import Worker

__all__ = ["Counts", "Patience", "Planner", "Rules", "Worker"]
