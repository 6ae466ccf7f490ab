"""A stage for deliveries that lives by a clock, on each database."""

from __future__ import annotations

from tests.delivery.conftest import clock, timed

__all__ = ["clock", "timed"]
