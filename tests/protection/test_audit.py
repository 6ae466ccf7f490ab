"""The audit trail: who did what, nothing of a caller, and nobody rewrites it."""

from __future__ import annotations

import argparse
import io
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bridge.commands import audit as command
from bridge.commands import deliveries as deliveries_command
from bridge.commands.arguments import NO_REFERENCE
from bridge.store import Store, audit, engines
from tests.delivery.stage import Clock, Stage
from tests.protection.keeping import DAY, told, trail

CHANGES = {
    "change a line": "UPDATE audit SET who = 'somebody else'",
    "delete a line": "DELETE FROM audit",
    "put another in its place": "INSERT OR REPLACE INTO audit (id, at, who, what) VALUES (1, 0, 'x', 'y')",
    "empty the table": "TRUNCATE audit",
}
OF_SQLITE, OF_POSTGRES = {"put another in its place"}, {"empty the table"}


def noted(store: Store, at: float) -> None:
    store.write(lambda connection: audit.note(connection, "retry", who="ada@host", at=at, reference="K7QM4X"))


@pytest.mark.parametrize("change", CHANGES)
def test_nobody_can(change: str, store: Store) -> None:
    with store.read() as connection:
        dialect = connection.dialect.name
    if change in (OF_POSTGRES if dialect == "sqlite" else OF_SQLITE):
        pytest.skip(f"{dialect} has no such statement")
    noted(store, time.time())

    def work(connection: Connection) -> None:
        connection.execute(text(CHANGES[change]))

    with pytest.raises(DBAPIError, match="append-only"):
        store.write(work)
    assert [entry.who for entry in trail(store)] == ["ada@host"]


def test_what_is_older_than_ninety_days_may_be_forgotten(store: Store) -> None:
    noted(store, time.time() - 91 * DAY)
    assert store.write(lambda connection: audit.forget(connection, time.time() - 90 * DAY, 10)) == 1
    assert trail(store) == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(["--all-dead"], ("retry", "complete"), id="sent again"),
        pytest.param(["--all-dead", "--create-anyway"], ("retry", "complete"), id="dead is only sent again"),
    ],
)
def test_a_retry_is_noted(words: list[str], expected: tuple[str, str], timed: Stage) -> None:
    timed.world.faults.add("unavailable", "create", status=400, calls=1)
    (reference,) = timed.accept()
    timed.step()
    parser = argparse.ArgumentParser()
    deliveries_command.configure(parser)
    assert deliveries_command.perform(parser.parse_args(["retry", *words]), timed.store, io.StringIO(), timed.now) == 0
    assert told(timed.store) == [(expected[0], reference, expected[1], None)]


def test_a_task_that_is_made_anyway_is_noted_as_that(timed: Stage, clock: Clock) -> None:
    timed.world.faults.add("drop_before", "create", calls=1)
    timed.world.faults.add("unavailable", "events", status=403)
    (reference,) = timed.accept()
    timed.step()
    clock.forward(timed.rules.patience.settle.proof + 60)
    timed.step()
    parser = argparse.ArgumentParser()
    deliveries_command.configure(parser)
    words = parser.parse_args(["retry", reference, "--create-anyway"])
    assert deliveries_command.perform(words, timed.store, io.StringIO(), timed.now) == 0
    assert told(timed.store) == [("create anyway", reference, "complete", None)]


def asked(store: Store, *words: str) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    command.configure(parser)
    out = io.StringIO()
    return command.perform(parser.parse_args(words), store, out), out.getvalue()


def test_the_command_lists_the_trail(store: Store) -> None:
    assert asked(store) == (0, "Nothing.\n")
    noted(store, 1_800_000_000)
    store.write(lambda c: audit.note(c, "purge", who=audit.SERVICE, at=1_800_000_060, detail="content", count=3))
    assert asked(store) == (
        0,
        "2027-01-15 08:00:00 UTC  ada@host  retry  K7QM4X\n2027-01-15 08:01:00 UTC  service  purge  content  3\n",
    )
    assert asked(store, "--last", "1")[1].endswith("content  3\n")
    assert asked(store, "--reference", "k7q m4x")[1] == "2027-01-15 08:00:00 UTC  ada@host  retry  K7QM4X\n"
    assert asked(store, "--reference", "K7QM4") == (1, NO_REFERENCE + "\n")


@pytest.mark.parametrize("last", ["0", "-1", "many", "1000000000000000000000"])
def test_a_count_that_is_none_is_refused(last: str, store: Store) -> None:
    with pytest.raises(SystemExit) as refused:
        asked(store, "--last", last)
    assert refused.value.code == 2


def backed_up(url: str, target: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bridge", "backup", str(target)],
        env={"DATABASE_URL": url, "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )


def test_a_copy_is_noted_without_the_keys(opened: Callable[[str], Store], sqlite_url: str, tmp_path: Path) -> None:
    store = opened(sqlite_url)
    assert backed_up(sqlite_url, tmp_path / "copy.db").stderr == ""
    assert [(entry.what, "@" in entry.who) for entry in trail(store)] == [("backup", True)]


def test_a_database_of_before_the_trail_is_copied_all_the_same(sqlite_url: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(engines.sqlite_file(engines.parse(sqlite_url)))) as connection:
        connection.execute("DROP TABLE audit")
    assert "note this copy yourself" in backed_up(sqlite_url, tmp_path / "copy.db").stderr
    assert (tmp_path / "copy.db").exists()


@pytest.fixture
def users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The service's user is `ussd`, and the file says who logged in."""
    names = {990: "ussd", 1000: "ada"}
    monkeypatch.setattr("os.getuid", lambda: 990)
    monkeypatch.setattr("pwd.getpwuid", lambda uid: argparse.Namespace(pw_name=names[uid]))
    monkeypatch.setattr("socket.gethostname", lambda: "helpline-1")
    monkeypatch.setattr(audit, "LOGIN_UID", tmp_path / "loginuid")
    return tmp_path / "loginuid"


@pytest.mark.parametrize(
    ("login", "expected"),
    [
        pytest.param("990", "ussd@helpline-1", id="logged in as the service"),
        pytest.param("1000", "ada as ussd@helpline-1", id="sudo"),
        pytest.param("4294967295", "ussd@helpline-1", id="nobody logged in"),
        pytest.param("77", "uid 77 as ussd@helpline-1", id="a user without a name"),
        pytest.param(None, "ussd@helpline-1", id="a kernel that does not keep it"),
    ],
)
def test_who_is_the_user_that_the_kernel_knows(login: str | None, expected: str, users: Path) -> None:
    if login is not None:
        users.write_text(login)
    assert audit.person() == expected


def test_nobody_can_call_themselves_another(users: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME", "SUDO_USER"):
        monkeypatch.setenv(name, "mallory")
    assert audit.person() == "ussd@helpline-1"
