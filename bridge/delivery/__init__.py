"""From a stored submission to exactly one task: what is due is claimed, called, and finished or looked up."""

from __future__ import annotations

from .call import Planner
from .claim import Rules
from .health import Counts
from .policy import Patience
from .worker import Worker

__all__ = ["Counts", "Patience", "Planner", "Rules", "Worker"]
