"""What each gateway's screens carry, for the engine and for `menu check`."""

from __future__ import annotations

from collections.abc import Mapping

from bridge.gateways.registry import GATEWAYS
from bridge.menu import Budget

BUDGETS: Mapping[str, Budget] = {name: Budget(gateway.septets, gateway.units) for name, gateway in GATEWAYS.items()}
