"""The databases that tests run on: a fresh SQLite file, and a fresh database on a PostgreSQL of our own.

`store` and `database_url` come once per kind. Where PostgreSQL's programs are missing, its half is skipped
with the reason; USSD_REQUIRE_POSTGRES=1 makes that a failure.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psycopg
import pytest
from cryptography.fernet import Fernet

from bridge.store import Store, open_store

KINDS = ("sqlite", "postgresql")
_DEADLINE = 30.0
_KILLED_WITH_PARENT = 1  # PR_SET_PDEATHSIG, prctl(2)


class NoPostgresError(Exception):
    """PostgreSQL cannot be started here; the text says why."""


class Postgres:
    """A PostgreSQL in a temporary folder: a socket, no network, no fsync, any number of databases.

    `environ` is added to the environment of its processes; `folder` is there, empty and its own.
    """

    def __init__(self, environ: Mapping[str, str] | None = None, folder: Path | None = None) -> None:
        self._environ = dict(environ or {})
        self._programs = _programs()
        self._user = _user()
        self.folder = folder or Path(tempfile.mkdtemp(prefix="bridge-pg-"))
        if self._user is not None:
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._initialise()
            self.start()
        except NoPostgresError:
            self.remove()
            raise

    def start(self, *, fsync: bool = False) -> None:
        """Start and wait until it answers. With `fsync` it survives its own crash."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "fsync": "on" if fsync else "off",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._process = self._begin("postgres", *options)
        deadline = time.monotonic() + _DEADLINE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise NoPostgresError(f"PostgreSQL did not start: {self._log()}")
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT ends its sessions cleanly, SIGQUIT as a crash would."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(how)
            process.wait(_DEADLINE)

    def mend(self) -> None:
        """Start it again where it gave up, and wait until it answers: as it recovers, it may still give up."""
        while not self._answers():
            if self._process is None or self._process.poll() is not None:
                self.start(fsync=True)
            time.sleep(0.05)

    def url(self, database: str) -> str:
        """The DATABASE_URL of `database`."""
        return f"postgresql://bridge@/{database}?host={self.folder}"

    def create(self, template: str = "template0") -> str:
        """A new database, as a copy of `template`; its name."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, database: str) -> None:
        """Remove `database`, whoever is still connected to it."""
        self.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def execute(self, statement: str, database: str = "postgres") -> None:
        """Run one statement outside any transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement)

    def remove(self) -> None:
        """Stop it for good and remove its folder."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _initialise(self) -> None:
        options = ("--auth=trust", "--username=bridge", "--encoding=UTF8", "--locale=C", "--no-sync")
        if self._begin("initdb", *options).wait(_DEADLINE) != 0:
            raise NoPostgresError(f"initdb failed: {self._log()}")

    def _begin(self, program: str, *options: str) -> subprocess.Popen[bytes]:
        """Start a program of PostgreSQL, which refuses to run as root, and let it die with us."""
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [str(self._programs / program), "-D", str(self.folder / "data"), *options],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC", **self._environ},
                user=self._user and self._user.pw_uid,
                group=self._user and self._user.pw_gid,
                extra_groups=self._user and [],
                preexec_fn=_die_with_parent,
            )

    def _log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-500:]


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_KILLED_WITH_PARENT, signal.SIGQUIT)


def _programs() -> Path:
    """The folder with `initdb` and `postgres`: Debian keeps them off the PATH."""
    places = [Path(path) for path in os.environ.get("PATH", "").split(os.pathsep)]
    places = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), *places]
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    raise NoPostgresError("initdb and postgres are not installed (Debian: apt install postgresql)")


def _user() -> pwd.struct_passwd | None:
    """Whom to run PostgreSQL as; None is ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgresError("PostgreSQL does not run as root, and there is no user postgres or nobody")


@pytest.fixture(scope="session")
def _postgres_or_reason() -> Iterator[Postgres | NoPostgresError]:
    try:
        postgres = Postgres()
    except NoPostgresError as reason:
        yield reason
        return
    try:
        yield postgres
    finally:
        postgres.remove()


@pytest.fixture(scope="session")
def postgres(_postgres_or_reason: Postgres | NoPostgresError) -> Postgres:
    """The shared PostgreSQL. A test that stops it makes its own `Postgres` instead."""
    if isinstance(_postgres_or_reason, Postgres):
        return _postgres_or_reason
    if os.environ.get("USSD_REQUIRE_POSTGRES") == "1":
        pytest.fail(f"PostgreSQL is required here: {_postgres_or_reason}", pytrace=False)
    pytest.skip(f"no PostgreSQL: {_postgres_or_reason}")


@pytest.fixture(scope="session")
def data_key() -> str:
    """One key for DATA_KEYS."""
    return Fernet.generate_key().decode()


@pytest.fixture(scope="session")
def _migrated_database(postgres: Postgres) -> str:
    """A database with our tables and nothing in them, to copy from."""
    _migrate(postgres.url(name := postgres.create()))
    return name


@pytest.fixture(scope="session")
def _migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "bridge.db"
    _migrate(f"sqlite:///{file}")
    return file


def _migrate(url: str) -> None:
    from bridge.store import engines, schema

    both = engines.make(engines.parse(url))
    with both.write.begin() as connection:
        schema.upgrade(connection)
    both.dispose()


@pytest.fixture
def sqlite_url(tmp_path: Path, _migrated_file: Path) -> str:
    """A fresh SQLite file with our tables."""
    file = tmp_path / "data" / "bridge.db"
    file.parent.mkdir(mode=0o700)
    shutil.copy(_migrated_file, file)
    return f"sqlite:///{file}"


@pytest.fixture
def postgres_url(postgres: Postgres, _migrated_database: str) -> Iterator[str]:
    """A fresh PostgreSQL database with our tables."""
    name = postgres.create(_migrated_database)
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database with our tables, of each kind in turn."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
def opened(data_key: str) -> Iterator[Callable[[str], Store]]:
    """Opens stores that are closed at the end of the test."""
    stores: list[Store] = []

    def opening(url: str) -> Store:
        stores.append(open_store(url, [data_key]))
        return stores[-1]

    yield opening
    for store in reversed(stores):
        store.close()


@pytest.fixture
def store(opened: Callable[[str], Store], database_url: str) -> Store:
    """An open store on a fresh database, of each kind in turn."""
    return opened(database_url)
