"""What a start loads, and how. Each case is a process of its own: here everything is loaded already."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from bench.rows.starting import OURS
from bridge import loading
from bridge.cli import main
from bridge.commands import serve
from bridge.store import open_store
from bridge.taskrouter import client
from tests.intake.signing import secret_text
from tests.servers import free_port, settings

LATER = (
    "flask",  # until the first page
    "werkzeug",
    "jinja2",
    "prometheus_client",
    "twilio",  # until the first call to TaskRouter
    "requests",
    "urllib3",
    "phonenumbers",  # until the first number
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
        tell(looks=looks, kept=gc.get_freeze_count() > 10_000, enabled=gc.isenabled())
    """)
    assert told == {"looks": [], "kept": True, "enabled": True}


def test_what_serve_can_do_without_before_its_first_answer_is_not_loaded() -> None:
    told = _told(f"""
        from bridge.cli import load
        load("serve")
        tell(loaded=[name for name in {LATER} if name in sys.modules])
    """)
    assert told == {"loaded": []}


def test_what_the_bench_counts_is_all_that_serve_loads_until_its_first_answer(tmp_path: Path) -> None:
    environ = {**settings(tmp_path, secret_text("first")), "HOST": "127.0.0.1", "PORT": str(free_port())}
    open_store(environ["DATABASE_URL"], [environ["DATA_KEYS"]]).close()  # Alembic makes the tables of a new one
    told = _told(
        f"""
        {OURS}
        import os, threading, bridge.service
        from bridge.cli import main
        from tests.servers import _is_alive
        loaded = set(sys.modules)
        bridge.service.LOAD_AFTER = 600.0

        def ask():
            while not _is_alive(int(os.environ["PORT"])):
                pass
            more = (name.split(".")[0] for name in set(sys.modules) - loaded)
            tell(more=sorted(set(more) - sys.stdlib_module_names))
            os._exit(0)

        threading.Thread(target=ask, daemon=True).start()
        main(["serve"])
        """,
        environ,
    )
    assert told == {"more": []}


@pytest.mark.parametrize("package", [*serve.LOADED_LATER, *client.PACKAGES])
def test_a_package_that_is_missing_is_told_before_anything_starts(
    package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = {"PORT": str(free_port()), "MENUS_DIR": str(Path("menus").resolve())}
    for name, value in {**settings(tmp_path, secret_text("first")), **own}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)  # where there is no `.env`
    monkeypatch.setattr(loading, "find_spec", lambda name: None if name == package else object())
    assert main(["serve"]) == 2
    said = capsys.readouterr().err
    assert f"the Python package {package} is missing: install what requirements.txt names" in said
    assert not (tmp_path / "bridge.db").exists()


def _told(program: str, environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """What `program` told about itself, run by a Python of its own."""
    lines = ["import json, sys", "def tell(**what): print(json.dumps(what), flush=True)", dedent(program)]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, timeout=60, env=environ
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
