"""Opening: what is made, what is refused in one sentence, and the settings on the real connections."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Connection, insert, text

from bridge.errors import SetupError, Unavailable
from bridge.store import Store, engines, is_new, open_store
from bridge.store.tables import pulse
from tests.databases import Postgres
from tests.store.processes import accepting
from tests.store.samples import COMPLETE, rows


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_and_its_folder_are_for_our_eyes_only(tmp_path: Path, data_key: str) -> None:
    file = tmp_path / "new" / "instance" / "bridge.db"
    mask = os.umask(0)
    try:
        store = open_store(f"sqlite:///{file}", [data_key])
        store.accept(COMPLETE, b"body")
    finally:
        os.umask(mask)
    beside = {path.name: mode(path) for path in file.parent.iterdir()}
    store.close()
    assert mode(file.parent) == 0o700
    assert beside == dict.fromkeys(["bridge.db", "bridge.db-wal", "bridge.db-shm", "bridge.db.lock"], 0o600)


def test_a_file_that_others_could_read_is_closed_to_them(sqlite_url: str, data_key: str) -> None:
    file = engines.sqlite_file(engines.parse(sqlite_url))
    file.chmod(0o644)
    open_store(sqlite_url, [data_key]).close()
    assert mode(file) == 0o600


def test_a_relative_file_lies_where_the_service_was_started(
    tmp_path: Path, data_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    open_store("sqlite:///instance/bridge.db", [data_key]).close()
    assert (tmp_path / "instance" / "bridge.db").exists()


SQLITE = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL
    "foreign_keys": 1,
    "busy_timeout": 5000,
    "secure_delete": 1,
    "wal_autocheckpoint": 65536,
    "journal_size_limit": 288 * 1024 * 1024,
}


def test_the_log_is_never_cut_while_commits_wait() -> None:
    frame = 4096 + 24  # a page and its header
    assert SQLITE["journal_size_limit"] > SQLITE["wal_autocheckpoint"] * frame * 1.05  # type: ignore[operator]


def pragma(connection: Connection, name: str) -> object:
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


@pytest.mark.parametrize(("name", "value"), SQLITE.items(), ids=SQLITE)
def test_sqlite_is_set_up_on_the_real_connections(
    opened: Callable[[str], Store], sqlite_url: str, name: str, value: object
) -> None:
    store = opened(sqlite_url)
    written_with = 1 if name == "synchronous" else value  # NORMAL: the writer syncs the log itself
    assert store.write(lambda connection: pragma(connection, name)) == written_with
    with store.read() as connection:
        assert pragma(connection, name) == value


def test_sqlite_begins_with_the_right_to_write(opened: Callable[[str], Store], sqlite_url: str) -> None:
    store = opened(sqlite_url)
    file = engines.sqlite_file(engines.parse(sqlite_url))

    def another_begins(_connection: Connection) -> str:
        other = sqlite3.connect(file, timeout=0, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            return str(error)
        finally:
            other.close()
        return "began"

    assert store.write(another_begins) == "database is locked"


def test_postgres_waits_for_the_disk_even_where_its_default_is_not_to(
    postgres: Postgres, postgres_url: str, data_key: str
) -> None:
    name = str(engines.parse(postgres_url).database)
    postgres.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    store = open_store(postgres_url, [data_key])
    found = store.write(lambda connection: connection.scalar(text("SHOW synchronous_commit")))
    store.close()
    assert found == "on"


def test_a_stricter_setting_of_postgres_stays(postgres: Postgres, postgres_url: str, data_key: str) -> None:
    name = str(engines.parse(postgres_url).database)
    postgres.execute(f"ALTER DATABASE {name} SET synchronous_commit = remote_apply")
    store = open_store(postgres_url, [data_key])
    found = store.write(lambda connection: connection.scalar(text("SHOW synchronous_commit")))
    store.close()
    assert found == "remote_apply"


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(Unavailable), store.read() as connection:
        connection.execute(insert(pulse), {"node": "x", "at": 0.0})
    store.ping(30)


def test_a_reader_does_not_wait_for_the_writer(store: Store) -> None:
    inside, go = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        connection.execute(insert(pulse), {"node": "x", "at": 0.0})
        inside.set()
        go.wait(30)

    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(store.write, slow)
        assert inside.wait(30)
        assert rows(store) == []
        go.set()
        writing.result()


def test_a_second_process_on_one_file_is_refused_in_one_sentence(sqlite_url: str, data_key: str) -> None:
    with accepting(sqlite_url, data_key, "S"), pytest.raises(SetupError) as refused:
        open_store(sqlite_url, [data_key], wait=0)
    assert "in use by another process: stop that one first, or set DATABASE_URL to PostgreSQL" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_second_store_on_one_file_is_refused_by_whatever_name(
    opened: Callable[[str], Store], sqlite_url: str, data_key: str, tmp_path: Path
) -> None:
    opened(sqlite_url)
    link = tmp_path / "link.db"
    link.symlink_to(engines.sqlite_file(engines.parse(sqlite_url)))
    with pytest.raises(SetupError, match="in use"):
        open_store(f"sqlite:///{link}", [data_key], wait=0)


def test_a_start_waits_for_the_one_before_to_end(
    sqlite_url: str, data_key: str, opened: Callable[[str], Store]
) -> None:
    with accepting(sqlite_url, data_key, "S") as before, ThreadPoolExecutor(1) as threads:
        starting = threads.submit(opened, sqlite_url)
        before.kill()
        assert starting.result(30).accept(COMPLETE, b"body")


def test_a_command_beside_the_service_needs_no_lock(
    opened: Callable[[str], Store], database_url: str, data_key: str
) -> None:
    service = opened(database_url)
    beside = open_store(database_url, [data_key], wait=0, shared=True)
    receipt = service.accept(COMPLETE, b"body")
    assert beside.accept(COMPLETE, b"body").reference == receipt.reference
    beside.ping(30)
    assert not beside.alone
    beside.close()
    service.ping(30)


def test_a_command_beside_the_service_makes_no_database(tmp_path: Path, data_key: str) -> None:
    url = f"sqlite:///{tmp_path / 'never' / 'made.db'}"
    with pytest.raises(SetupError, match=r"no database at /.+ yet"):
        open_store(url, [data_key], shared=True)
    assert is_new(url)


def test_a_command_of_another_version_leaves_the_tables_alone(
    opened: Callable[[str], Store], database_url: str, data_key: str
) -> None:
    service = opened(database_url)
    service.write(lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '0001'")))
    with pytest.raises(SetupError, match="not at this version"):
        open_store(database_url, [data_key], shared=True)


def test_only_a_locked_file_is_used_alone(opened: Callable[[str], Store], database_url: str) -> None:
    assert opened(database_url).alone == database_url.startswith("sqlite")


def test_each_process_has_its_own_name_unless_it_is_given_one(
    opened: Callable[[str], Store], postgres_url: str, data_key: str
) -> None:
    named = open_store(postgres_url, [data_key], node="north-1")
    names = [opened(postgres_url).node, opened(postgres_url).node, named.node]
    named.close()
    assert len(set(names)) == 3
    assert names[2] == "north-1"
    assert all(len(name) <= 64 for name in names)


def test_two_processes_may_start_together_on_an_empty_database(postgres: Postgres, data_key: str) -> None:
    name = postgres.create()
    try:
        with ThreadPoolExecutor(4) as threads:
            stores = list(threads.map(lambda _: open_store(postgres.url(name), [data_key]), range(4)))
        references = {store.accept(COMPLETE, b"body").reference for store in stores}
        for store in stores:
            store.close()
    finally:
        postgres.drop(name)
    assert len(references) == 1


URLS = {
    "empty": "",
    "no URL": "bridge.db",
    "another database": "mysql://root:hunter2hunter2@localhost/bridge",
    "another driver": "postgresql+asyncpg://root:hunter2hunter2@localhost/bridge",
    "in memory": "sqlite://",
    "in memory by name": "sqlite:///:memory:",
    "a port that is none": "postgresql://root:hunter2hunter2@localhost:port/bridge",
    "a folder": "sqlite:////tmp",
    "a place nobody can write to": "sqlite:////proc/nowhere/bridge.db",
    "nobody answers": "postgresql://root:hunter2hunter2@127.0.0.1:1/bridge",
    "nobody answers on the socket": "postgresql://root:hunter2hunter2@/bridge?host=/nowhere",
    "no such driver option": "postgresql://root:hunter2hunter2@127.0.0.1:1/bridge?nonsense=1",
}


@pytest.mark.parametrize("url", URLS.values(), ids=URLS)
def test_a_database_that_cannot_be_used_stops_the_start_in_one_sentence(
    url: str, data_key: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(SetupError) as refused:
        open_store(url, [data_key], wait=0)
    said = str(refused.value)
    assert said.startswith("DATABASE_URL")
    assert "\n" not in said
    assert "hunter2" not in said + caplog.text
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("problem", "remedy"),
    [
        ("nobody answers", "is it running"),
        ("a folder", "let the user"),
        ("a place nobody can write to", "let the user"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_with_what_to_do(problem: str, remedy: str, data_key: str) -> None:
    with pytest.raises(SetupError, match=f": {remedy}"):
        open_store(URLS[problem], [data_key], wait=0)


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path, data_key: str) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear admin, " * 1000)
    with pytest.raises(SetupError, match=r"DATABASE_URL: .* says how a backup is put back"):
        open_store(f"sqlite:///{file}", [data_key], wait=0)
    assert file.read_text() == "Dear admin, " * 1000


def test_a_missing_database_on_the_server_is_named(postgres: Postgres, data_key: str) -> None:
    with pytest.raises(SetupError, match='database "nowhere" does not exist'):
        open_store(postgres.url("nowhere"), [data_key], wait=0)


def test_a_password_is_not_shown_even_where_the_driver_repeats_it(postgres: Postgres, data_key: str) -> None:
    url = postgres.url("hunter2").replace("bridge@", "bridge:hunter2@")
    with pytest.raises(SetupError, match="does not exist") as refused:
        open_store(url, [data_key], wait=0)
    assert "hunter2" not in str(refused.value)


def test_a_start_waits_for_postgres_to_answer(data_key: str, postgres: Postgres) -> None:
    own = Postgres()
    try:
        name = own.create()
        own.stop()
        with ThreadPoolExecutor(1) as threads:
            starting = threads.submit(open_store, own.url(name), [data_key], wait=30)
            own.start()
            starting.result(30).close()
    finally:
        own.remove()


def test_a_refused_start_lets_go_of_the_file(sqlite_url: str, data_key: str) -> None:
    open_store(sqlite_url, [data_key]).close()
    for _ in range(2):
        with pytest.raises(SetupError, match="DATA_KEYS"):
            open_store(sqlite_url, [Fernet.generate_key().decode()], wait=0)
    open_store(sqlite_url, [data_key], wait=0).close()


def test_a_usual_start_does_not_load_the_migration_tool(sqlite_url: str, data_key: str) -> None:
    script = (
        "import sys; from bridge.store import open_store; open_store(sys.argv[1], [sys.argv[2]]).close();"
        "sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script, sqlite_url, data_key], check=False).returncode == 0


def test_closing_twice_is_harmless(store: Store) -> None:
    store.close()
    store.close()
