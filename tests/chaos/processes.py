"""The bridge's processes, and what systemd or a container's restart policy does with them: each is started again."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.servers import PROJECT

BY_ITSELF, BADLY_STOPPED = "by itself: ", "stopped, with exit code "
REFUSED = "refused to start without its database"


class Processes:
    """`count` of them, numbered, each with the environment that `environ` gives for its number.

    `exits` counts how they ended: killed, stopped, refused to start, or by themselves, with their last words.
    """

    def __init__(
        self, folder: Path, count: int, command: Sequence[str], environ: Callable[[int], Mapping[str, str]]
    ) -> None:
        self.exits: Counter[str] = Counter()
        self._folder, self._command, self._environ = folder, command, environ
        self._running: list[subprocess.Popen[bytes] | None] = [None] * count
        self._ended_by_us: set[int] = set()  # pids
        self._over, self._may_start = threading.Event(), threading.Lock()
        self._keeper = threading.Thread(target=self._keep_running, name="init system")

    def __enter__(self) -> Processes:
        self._keeper.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._keeper.join()
        for process in filter(None, self._running):
            process.kill()
            process.wait()

    def end(self, number: int, how: signal.Signals) -> None:
        """Send it a signal, once it runs."""
        while not self._over.is_set():
            process = self._running[number]
            if process is not None and process.poll() is None:
                self._ended_by_us.add(process.pid)
                process.send_signal(how)
                return
            self._over.wait(0.01)

    @contextmanager
    def none_running(self) -> Iterator[None]:
        """All are killed, and none is started again within."""
        with self._may_start:
            for process in filter(None, self._running):
                self._ended_by_us.add(process.pid)
                process.kill()
                process.wait()
            yield

    def memory(self) -> int:
        """The most that any of those that run now ever held, in kB."""
        return max((peak_memory(process.pid) for process in self._running if process), default=0)

    def logged(self) -> str:
        return "".join(path.read_text(errors="replace") for path in sorted(self._folder.glob("process-*.log")))

    def _keep_running(self) -> None:
        while not self._over.wait(0.05):
            with self._may_start:
                for number, process in enumerate(self._running):
                    if process is None or process.poll() is not None:
                        self._note(number, process)
                        self._running[number] = self._start(number)

    def _note(self, number: int, process: subprocess.Popen[bytes] | None) -> None:
        if process is not None:
            self.exits[self._how_it_ended(number, process)] += 1

    def _how_it_ended(self, number: int, process: subprocess.Popen[bytes]) -> str:
        code, is_ours = process.returncode, process.pid in self._ended_by_us
        if is_ours and code in (0, -signal.SIGKILL):
            return "killed" if code else "stopped"
        last_words = (self._log(number).read_text(errors="replace").splitlines() or [""])[-1]
        if "DATABASE_URL: " in last_words:
            return REFUSED
        return f"{BADLY_STOPPED if is_ours else BY_ITSELF}{code}, {last_words[:200]}"

    def _start(self, number: int) -> subprocess.Popen[bytes]:
        with self._log(number).open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *self._command],
                cwd=PROJECT,
                env=self._environ(number),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _log(self, number: int) -> Path:
        return self._folder / f"process-{number}.log"


def peak_memory(pid: int) -> int:
    """The most resident memory that a process ever had, in kB (proc(5), VmHWM); 0 where it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)
