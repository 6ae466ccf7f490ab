"""Node processes that answer JSON lines: the script's engine alone, and the emulator of Telerivet."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "telerivet_script"
NODE = shutil.which("node")


class LineProcess:
    """One long-lived Node process; every question is one line, every answer another."""

    def __init__(self, program: Path, *options: str) -> None:
        self._process = subprocess.Popen(
            [NODE or "node", *options, str(program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """The answer to one question."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the Node process ended"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=10)


class Emulator(LineProcess):
    """The emulator of Telerivet (telerivet_script/test/emulator/serve.js), answers checked for errors."""

    def __init__(self) -> None:
        super().__init__(SCRIPT / "test" / "emulator" / "serve.js")

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        answer = super().ask(question)
        assert "error" not in answer, answer
        return answer

    def load(self, code: str, vars: dict[str, Any], **options: Any) -> None:
        """Deploy a built script with these custom variables; options are those of emulator/telerivet.js."""
        self.ask({"do": "load", "code": code, "vars": vars, "options": options})

    def dial(self, caller: str = "+221770000001", code: str = "*384*123#", **more: Any) -> str:
        """The first screen of a new session named after its caller."""
        asked = {"do": "start", "session": caller, "from": caller, "code": code, **more}
        return str(self.ask(asked)["screen"])

    def type(self, text: str, caller: str = "+221770000001") -> str:
        """The next screen."""
        return str(self.ask({"do": "input", "session": caller, "text": text})["screen"])

    def rows(self) -> list[dict[str, Any]]:
        """What waits in the outbox."""
        rows: list[dict[str, Any]] = self.ask({"do": "rows", "table": "ussd_bridge_outbox"})["rows"]
        return rows

    def advance(self, seconds: float) -> int:
        """Lets time pass; returns how many services ran."""
        return int(self.ask({"do": "advance", "seconds": seconds})["runs"])
