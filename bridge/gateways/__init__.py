"""Server-run gateways: they ask for every screen; a file each translates, and the rest is common to all."""

from __future__ import annotations

from bridge.gateways.budgets import BUDGETS
from bridge.gateways.registry import GATEWAYS
from bridge.gateways.service import Gateways

__all__ = ["BUDGETS", "GATEWAYS", "Gateways"]
