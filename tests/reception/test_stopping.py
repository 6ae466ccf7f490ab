"""How `serve` hears that it shall stop."""

from __future__ import annotations

import ctypes
import signal
from pathlib import Path

import pytest

from tests.intake.signing import secret_text
from tests.servers import DEADLINE, running, settings

C = ctypes.CDLL(None)


@pytest.mark.skipif(not hasattr(C, "tgkill"), reason="the C library cannot send a signal to one thread")
def test_a_sigterm_that_does_not_reach_the_thread_that_waits_for_it_stops_it_all_the_same(tmp_path: Path) -> None:
    """Which thread gets it is the kernel's choice; and the one that waits may just be about to begin."""
    with running(tmp_path, settings(tmp_path, secret_text("first"))) as server:
        pid = server.process.pid
        others = {int(task.name) for task in Path(f"/proc/{pid}/task").iterdir()} - {pid}
        assert C.tgkill(pid, max(others), signal.SIGTERM) == 0
        assert server.process.wait(DEADLINE) == 0
        assert "event=delivery_stopped left=0" in server.logged()
