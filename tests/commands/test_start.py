"""What a start loads, and how. Each case is a process of its own: here everything is loaded already."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

LATER = (
    "twilio",  # until the first call to TaskRouter
    "requests",
    "urllib3",
    "sqlalchemy.dialects.postgresql",  # unless DATABASE_URL asks for it
    "psycopg",
    "alembic",  # unless the tables are to be changed
)


def test_nobody_looks_for_garbage_while_a_command_is_loaded() -> None:
    told = _told("""
        import gc
        looks = []
        gc.callbacks.append(lambda phase, info: looks.append(phase))
        from bridge.cli import load
        looks.clear()
        load("serve")
        tell(looks=looks, kept=gc.get_freeze_count() > 100_000, enabled=gc.isenabled())
    """)
    assert told == {"looks": [], "kept": True, "enabled": True}


def test_what_serve_can_do_without_before_its_first_answer_is_not_loaded() -> None:
    told = _told(f"""
        from bridge.cli import load
        load("serve")
        tell(loaded=[name for name in {LATER} if name in sys.modules])
    """)
    assert told == {"loaded": []}


def _told(program: str) -> dict[str, Any]:
    """What `program` told about itself, run by a Python of its own."""
    lines = ["import json, sys", "def tell(**what): print(json.dumps(what))", *_outdented(program)]
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _outdented(program: str) -> list[str]:
    return [line[8:] for line in program.splitlines()]
