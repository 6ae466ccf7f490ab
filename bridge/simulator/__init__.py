"""A phone to try the menu on: in the browser and in the terminal. It stands in for the provider, over HTTP."""

from __future__ import annotations

from bridge.simulator.emulator import Emulator
from bridge.simulator.exchange import Exchange, OpenLine, Provider
from bridge.simulator.line import Line, LineError, Shown
from bridge.simulator.page import blueprint
from bridge.simulator.protocols import PROTOCOLS
from bridge.simulator.script import Script, ScriptLine
from bridge.simulator.server_run import ServerRunLine
from bridge.simulator.telerivet import TelerivetLine
from bridge.simulator.wire import Address, Wire

__all__ = [
    "PROTOCOLS",
    "Address",
    "Emulator",
    "Exchange",
    "Line",
    "LineError",
    "OpenLine",
    "Provider",
    "Script",
    "ScriptLine",
    "ServerRunLine",
    "Shown",
    "TelerivetLine",
    "Wire",
    "blueprint",
]
