"""The emulator of Telerivet as a process of ours: a question a line, an answer a line (telerivet_script/test/emulator).

It starts at the first question, ends with us, and between questions lets the script's outbox work.
"""

from __future__ import annotations

import json
import logging
import subprocess
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from bridge.simulator.line import LineError

log = logging.getLogger(__name__)

OUTBOX_SECONDS = 5.0  # between two looks at what the script has scheduled


class Emulator:
    """Safe to use from several threads; one question at a time, since a script's run blocks the whole process."""

    def __init__(self, node: str, program: Path) -> None:
        self._command = [node, str(program)]
        self._process: subprocess.Popen[str] | None = None
        self._worlds: set[str] = set()
        self.alone = threading.RLock()  # to be held over questions that belong together
        self._stopped = threading.Event()
        self._clock = threading.Thread(target=self._let_time_pass, name="emulator", daemon=True)

    def deploy(self, world: str, code: str, variables: Mapping[str, str]) -> None:
        """Have a built script in `world`, unless it is there. Raises `LineError`."""
        with self.alone:
            self._start()
            if world not in self._worlds:
                self.ask({"do": "load", "world": world, "code": code, "vars": dict(variables)})
                self._worlds.add(world)

    def ask(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer to one question. Raises `LineError` where there is none or the script broke a rule."""
        with self.alone:
            answer = self._answered(json.dumps(question))
        if "error" in answer:
            raise LineError(f"The script failed: {answer['error']}")
        return answer

    def stop(self) -> None:
        """End the process, if it runs, whatever it is doing."""
        self._stopped.set()
        if self._process is not None:
            _end(self._process)

    def _start(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        if self._stopped.is_set():
            raise LineError("The demo is stopping.")
        self._worlds.clear()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own program and the Node that was found
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # it could repeat what a caller typed
                text=True,
                encoding="utf-8",
            )
        except OSError:
            raise LineError("Node could not be started.") from None
        if not self._clock.is_alive():
            self._clock.start()

    def _answered(self, line: str) -> Mapping[str, Any]:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise LineError("The emulator of Telerivet does not run. Dial again.")
        try:
            process.stdin.write(line + "\n")
            process.stdin.flush()
            answer: Mapping[str, Any] = json.loads(process.stdout.readline())
        except (OSError, ValueError):
            raise LineError("The emulator of Telerivet has ended. Dial again.") from None
        return answer

    def _let_time_pass(self) -> None:
        while not self._stopped.wait(OUTBOX_SECONDS):
            with self.alone:
                for world in tuple(self._worlds):
                    self._work_off(world)

    def _work_off(self, world: str) -> None:
        try:
            self.ask({"do": "advance", "world": world, "seconds": 0})
            self.ask({"do": "requests", "world": world})  # they belong to no dialling that anyone looks at
        except LineError:
            log.warning("event=emulated_outbox_failed")


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    for pipe in filter(None, (process.stdin, process.stdout)):
        with suppress(OSError):  # what was not written to it yet is of no use to anybody
            pipe.close()
