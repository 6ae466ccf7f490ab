"""`make audit` says "audited" only where it was: everything that ships, at both advisory services."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.servers import PROJECT

CLEAN_NPM = {"vulnerabilities": {}, "metadata": {"dependencies": {"prod": 3}}}
BAD_NPM = {**CLEAN_NPM, "vulnerabilities": {"react": {"severity": "high"}}}
OFFLINE_NPM = {"message": "request failed, reason: connect ECONNREFUSED", "error": {"summary": ""}}
CLEAN_PIP = {"dependencies": [{"name": "flask", "version": "3.1.3", "vulns": []}]}
BAD_PIP = {"dependencies": [{"name": "flask", "version": "3.1.3", "vulns": [{"id": "PYSEC-1"}]}]}
SKIPPED_PIP = {"dependencies": [{"name": "flask", "skip_reason": "not found"}]}


def fake(folder: Path, name: str, said: dict[str, Any] | None) -> None:
    """A program that answers with `said`, or fails as the real one does without a network."""
    program = folder / name
    kept = folder / f"{name}.asked"
    answer = f"print({json.dumps(said)!r})" if said else "sys.exit('requests.exceptions.ProxyError: no way')"
    look = "open(sys.argv[sys.argv.index('-r') + 1]).read() if '-r' in sys.argv else ''"
    program.write_text(f"#!{sys.executable}\nimport sys\nopen({str(kept)!r}, 'a').write({look})\n{answer}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def audited(folder: Path, pip: dict[str, Any] | None, npm: dict[str, Any] | None) -> tuple[int, list[str]]:
    fake(folder, "pip-audit", pip)
    fake(folder, "npm", npm)
    ran = subprocess.run(
        [sys.executable, str(PROJECT / ".ci" / "audit.py")],
        env={"PATH": f"{folder}{os.pathsep}/usr/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stderr == ""
    return ran.returncode, ran.stdout.splitlines()


@pytest.mark.parametrize(
    ("pip", "npm", "code", "first", "last"),
    [
        pytest.param(CLEAN_PIP, CLEAN_NPM, 0, "1 packages audited, nothing known", "3 packages audited", id="clean"),
        pytest.param(BAD_PIP, CLEAN_NPM, 1, "known flaws: flask PYSEC-1", "nothing known", id="a flaw in Python"),
        pytest.param(CLEAN_PIP, BAD_NPM, 1, "nothing known", "known flaws: react high", id="a flaw in npm"),
        pytest.param(None, CLEAN_NPM, 2, "NOT AUDITED: requests.exceptions.ProxyError", "audited", id="no service"),
        pytest.param(CLEAN_PIP, OFFLINE_NPM, 2, "audited", "NOT AUDITED: request failed", id="no service for npm"),
        pytest.param(CLEAN_PIP, None, 2, "audited", "NOT AUDITED", id="npm says nothing"),
        pytest.param(SKIPPED_PIP, CLEAN_NPM, 2, "NOT AUDITED: nothing is said of flask", "audited", id="left out"),
        pytest.param(None, BAD_NPM, 1, "NOT AUDITED", "known flaws", id="what is known outweighs what is not"),
    ],
)
def test_the_verdict(
    pip: dict[str, Any] | None, npm: dict[str, Any] | None, code: int, first: str, last: str, tmp_path: Path
) -> None:
    returned, lines = audited(tmp_path, pip, npm)
    assert returned == code
    assert len(lines) == 3
    assert first in lines[0]
    assert last in lines[2]


def test_all_that_ships_is_asked_about_and_nothing_else(tmp_path: Path) -> None:
    audited(tmp_path, CLEAN_PIP, CLEAN_NPM)
    asked = {line.split("==")[0] for line in (tmp_path / "pip-audit.asked").read_text().splitlines()}
    assert {"flask", "werkzeug", "jinja2", "twilio", "urllib3", "cryptography", "cffi", "psycopg-binary"} <= asked
    assert not {"pytest", "ruff", "mypy", "hypothesis"} & asked
