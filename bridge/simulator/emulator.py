"""The emulator of Telerivet (telerivet_script/test/emulator), which runs the scripts that are deployed there.

It starts at the first dialling, and between the diallings lets the scripts' outboxes work.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bridge.simulator.line import LineError
from bridge.simulator.node import NodeError, NodeProcess

log = logging.getLogger(__name__)

OUTBOX_SECONDS = 5.0  # between two looks at what the scripts have scheduled


class Emulator:
    """Safe to use from several threads; one question at a time, since a script's run blocks the whole process."""

    def __init__(self, node: str, program: Path, outbox_seconds: float = OUTBOX_SECONDS) -> None:
        self._command, self._outbox_seconds = (node, str(program)), outbox_seconds
        self._process: NodeProcess | None = None
        self._worlds: set[str] = set()
        self.alone = threading.RLock()  # to be held over questions that belong together
        self._stopped = threading.Event()
        self._clock = threading.Thread(target=self._let_time_pass, name="emulator", daemon=True)

    def deploy(self, world: str, code: str, variables: Mapping[str, str]) -> None:
        """Have a built script in `world`, unless it is there. Raises `LineError`."""
        with self.alone:
            self._run()
            if world not in self._worlds:
                self.ask({"do": "load", "world": world, "code": code, "vars": dict(variables)})
                self._worlds.add(world)

    def ask(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer to one question. Raises `LineError` where there is none or the script broke a rule."""
        with self.alone:
            try:
                answer = self._process.ask(question) if self._process else {"error": "it is not deployed"}
            except NodeError:
                raise LineError("The emulator of Telerivet has ended. Dial again.") from None
        if "error" in answer:
            raise LineError(f"The script failed: {answer['error']}")
        return answer

    def stop(self) -> None:
        """End the process, if it runs."""
        self._stopped.set()
        if self._process:
            self._process.end()

    def _run(self) -> None:
        if self._process and self._process.is_alive:
            return
        if self._stopped.is_set():
            raise LineError("The demo is stopping.")
        if self._process:
            self._process.end()
        self._worlds.clear()
        try:
            self._process = NodeProcess(*self._command)
        except NodeError:
            raise LineError("Node could not be started.") from None
        if not self._clock.is_alive():
            self._clock.start()

    def _let_time_pass(self) -> None:
        while not self._stopped.wait(self._outbox_seconds):
            with self.alone:
                for world in sorted(self._worlds) if self._process and self._process.is_alive else ():
                    self._work_off(world)

    def _work_off(self, world: str) -> None:
        try:
            self.ask({"do": "advance", "world": world, "seconds": 0})
            self.ask({"do": "requests", "world": world})  # they belong to no dialling that anyone looks at
        except LineError:
            log.warning("event=emulated_outbox_failed")
