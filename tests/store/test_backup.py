"""A backup while the service writes, from another process, and the restore of it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bridge.errors import SetupError
from bridge.store import Store, engines, open_store
from bridge.store.backup import backup
from tests.store.disks import SmallDisk, small_disk
from tests.store.samples import complete, deliveries, rows

__all__ = ["small_disk"]  # pytest finds it by its name

SCRIPT = "import sys, pathlib; from bridge.store.backup import backup; backup(sys.argv[1], pathlib.Path(sys.argv[2]))"


def test_a_backup_from_another_process_holds_all_that_was_promised_before(
    sqlite_url: str, opened: Callable[[str], Store], data_key: str, tmp_path: Path
) -> None:
    store, target, enough = opened(sqlite_url), tmp_path / "backup.db", threading.Event()

    def accept_on() -> int:
        number = 0
        while not enough.is_set():
            store.accept(complete(f"during{number}"), b"body")
            number += 1
        return number

    before = {store.accept(complete(f"before{number}"), b"body").reference for number in range(50)}
    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(accept_on)
        subprocess.run([sys.executable, "-c", SCRIPT, sqlite_url, target], check=True)
        enough.set()
        during = writing.result(30)
    assert len(rows(store)) == 50 + during
    restored = open_store(f"sqlite:///{target}", [data_key])
    kept = {row.reference for row in rows(restored)}
    assert before <= kept <= {row.reference for row in rows(store)}
    assert len(deliveries(restored)) == len(kept)
    assert not restored.accept(complete("after"), b"body").repeated
    restored.close()


def test_only_we_can_read_a_backup(sqlite_url: str, tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        backup(sqlite_url, tmp_path / "backup.db")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "backup.db").stat().st_mode) == 0o600


def test_a_backup_leaves_the_service_its_file_and_its_lock(
    sqlite_url: str, opened: Callable[[str], Store], tmp_path: Path, data_key: str
) -> None:
    store = opened(sqlite_url)
    backup(sqlite_url, tmp_path / "backup.db")
    store.ping(30)
    with pytest.raises(SetupError, match="in use"):
        open_store(sqlite_url, [data_key], wait=0)
    assert {path.name for path in tmp_path.iterdir()} == {"backup.db", "data"}


@pytest.mark.parametrize("content", [b"", b"precious"], ids=["empty", "full"])
def test_what_exists_is_not_overwritten(sqlite_url: str, tmp_path: Path, content: bytes) -> None:
    target = tmp_path / "backup.db"
    target.write_bytes(content)
    with pytest.raises(SetupError, match="exists already"):
        backup(sqlite_url, target)
    assert target.read_bytes() == content


def test_a_folder_that_is_not_there_is_named(sqlite_url: str, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="nowhere"):
        backup(sqlite_url, tmp_path / "nowhere" / "backup.db")


def test_without_a_database_there_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="no database"):
        backup(f"sqlite:///{tmp_path}/none.db", tmp_path / "backup.db")
    assert list(tmp_path.iterdir()) == []


def test_a_backup_that_fails_leaves_nothing_that_looks_like_one(sqlite_url: str, small_disk: SmallDisk) -> None:
    small_disk.fill()
    with pytest.raises(SetupError, match="failed"):
        backup(sqlite_url, small_disk.folder / "backup.db")
    assert [path.name for path in small_disk.folder.iterdir()] == ["ballast"]


def test_a_name_with_quotes_and_blanks_is_a_name(sqlite_url: str, tmp_path: Path) -> None:
    target = tmp_path / 'it\'s; a "backup" %20?.db'
    backup(sqlite_url, target)
    assert engines.sqlite_file(engines.parse(sqlite_url)).exists()
    assert target.stat().st_size > 0


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://bridge:hunter2@db.example:5433/bridge",
        "postgresql://bridge@db.example:5433/bridge?password=hunter2",
        "postgres://bridge@db.example:5433/bridge",
    ],
)
def test_for_postgres_the_command_is_named_without_the_password(tmp_path: Path, url: str) -> None:
    with pytest.raises(SetupError) as refused:
        backup(url, tmp_path / "b.dump")
    said = str(refused.value)
    command = f"pg_dump --format=custom --file={tmp_path}/b.dump postgresql://bridge@db.example:5433/bridge"
    assert said.endswith(command)
    assert "hunter2" not in said
