"""A phone to try the menu on: in the browser and in the terminal. It stands in for the provider, over HTTP."""

from __future__ import annotations

from bridge.simulator.exchange import Exchange, OpenLine
from bridge.simulator.line import Line, LineError, Shown
from bridge.simulator.page import blueprint
from bridge.simulator.telerivet import Bridge, TelerivetLine

__all__ = ["Bridge", "Exchange", "Line", "LineError", "OpenLine", "Shown", "TelerivetLine", "blueprint"]
