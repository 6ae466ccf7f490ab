"""Keys and tokens change while the service runs, and no request is lost. The steps are those of the documentation."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from cryptography.fernet import Fernet
from sqlalchemy import select

from bridge.commands import rotate as command
from bridge.errors import SetupError
from bridge.store import Store, open_store
from bridge.store.rotation import left_over, rotate
from bridge.store.tables import submission
from tests.intake.signing import body, headers, secret_text
from tests.protection.keeping import told
from tests.servers import PROJECT, Server, running, settings
from tests.store.samples import complete

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
TOKEN, NEXT = "Zx8-Qp3_Lm7vTd2RkYb5wA", "k9_HfW2cXs4-JnVtE6uRgQ"


def post(server: Server, session: str) -> requests.Response:
    raw = body(session_id=session)
    url = f"http://127.0.0.1:{server.port}/v1/submissions"
    return requests.post(url, data=raw, headers=headers(raw, session, int(time.time())), timeout=20)


def rotated(environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "bridge", "rotate"]
    return subprocess.run(words, cwd=PROJECT, env=environ, capture_output=True, text=True, check=False)


def test_data_keys_are_rotated_over_two_restarts_and_nothing_is_lost(tmp_path: Path) -> None:
    environ = settings(tmp_path, secret_text("first"), DATA_KEYS=OLD)
    with running(tmp_path, environ) as server:
        first = post(server, "SM1").json()["reference"]
    both = environ | {"DATA_KEYS": f"{NEW},{OLD}"}
    with running(tmp_path, both) as server:
        assert post(server, "SM1").json()["reference"] == first
        second = post(server, "SM2").json()["reference"]
        said = rotated(both)  # beside the service
        assert (said.returncode, said.stdout.partition(" ")[2]) == (
            0,
            f"rows are encrypted with the first key. {command.NEXT}\n",
        )
        assert post(server, "SM3").status_code == 202
    with running(tmp_path, environ | {"DATA_KEYS": NEW}) as server:
        assert [post(server, session).status_code for session in ("SM1", "SM2", "SM3", "SM4")] == [200, 200, 200, 202]
    store = open_store(environ["DATABASE_URL"], [NEW])
    kept = [store.submission(reference) for reference in (first, second)]
    store.close()
    assert [one.submission.session for one in kept if one and one.submission] == ["SM1", "SM2"]
    with pytest.raises(SetupError, match="DATA_KEYS do not open this database"):
        open_store(environ["DATABASE_URL"], [OLD])


def test_what_was_sealed_with_an_old_key_meanwhile_is_told(database_url: str) -> None:
    both = open_store(database_url, [NEW, OLD])
    try:
        both.accept(complete("S1"), b"body")
        assert rotate(both) == 1
        assert left_over(both, NEW) == 0
        token = Fernet(OLD).encrypt(b"{}")

        def as_an_old_process(connection: object) -> None:
            connection.execute(submission.update().values(sealed=token))  # type: ignore[attr-defined]

        both.write(as_an_old_process)
        assert left_over(both, NEW) == 1
    finally:
        both.close()


def performed(store: Store) -> tuple[int, str]:
    out = io.StringIO()
    return command.perform(store, NEW, out), out.getvalue()


def test_the_command_says_whether_the_old_key_may_go(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(database_url, [NEW, OLD])
    try:
        store.accept(complete("S1"), b"body")
        assert performed(store)[0] == 0
        monkeypatch.setattr(command, "left_over", lambda store, key: 2)
        code, said = performed(store)
        assert code == 1
        assert said.startswith("2 rows were sealed with an older key meanwhile: a process of the bridge still has")
        assert told(store) == [("rotate", None, None, 1)] * 2
    finally:
        store.close()


def test_what_a_forgotten_process_goes_on_sealing_with_the_old_key_is_found_before_that_key_is_destroyed(
    database_url: str,
) -> None:
    forgotten = open_store(database_url, [OLD])
    both = open_store(database_url, [NEW, OLD], shared=True)
    try:
        assert performed(both)[0] == 0
        late = forgotten.accept(complete("S-late"), b"body")
        alone = open_store(database_url, [NEW], shared=True)
        with pytest.raises(SetupError, match=r"DATA_KEYS: the key .* is missing; add it at the end"):
            performed(alone)
        assert performed(both) == (0, f"1 rows are encrypted with the first key. {command.NEXT}\n")
        assert performed(alone)[0] == 0
        kept = alone.submission(late.reference)
        assert kept is not None
        assert kept.submission == complete("S-late")
        alone.close()
    finally:
        both.close()
        forgotten.close()


def test_sqlite_keeps_nothing_that_the_old_key_opens(sqlite_url: str) -> None:
    store = open_store(sqlite_url, [OLD])
    for number in range(50):
        store.accept(complete(f"S{number}"), b"body", deliver=False)
    with store.read() as connection:
        old_tokens = list(connection.scalars(select(submission.c.sealed)))
    store.close()
    store = open_store(sqlite_url, [NEW, OLD])
    assert performed(store)[0] == 0
    files = [path.read_bytes() for path in Path(sqlite_url.removeprefix("sqlite:///")).parent.iterdir()]
    store.close()
    assert [token for token in old_tokens if any(token[10:80] in content for content in files)] == []


def turn(server: Server, token: str, session: str, text: str) -> requests.Response:
    fields = {"sessionId": session, "phoneNumber": "+221770000001", "serviceCode": "*384#", "text": text}
    return requests.post(f"http://127.0.0.1:{server.port}/ussd/africastalking/{token}", data=fields, timeout=20)


def test_a_gateways_token_is_rotated_over_two_restarts_and_no_session_breaks(tmp_path: Path) -> None:
    environ = settings(tmp_path, secret_text("first"))
    with running(tmp_path, environ | {"AFRICASTALKING_TOKEN": TOKEN}) as server:
        assert turn(server, TOKEN, "S1", "").text.startswith("CON")
        assert turn(server, NEXT, "S1", "").status_code != 200
    with running(tmp_path, environ | {"AFRICASTALKING_TOKEN": f"{NEXT},{TOKEN}"}) as server:
        assert turn(server, TOKEN, "S1", "1").text.startswith("CON")  # the provider still has the old address
        assert turn(server, NEXT, "S1", "1*1").text.startswith("CON")  # and now the new one, in mid-session
    with running(tmp_path, environ | {"AFRICASTALKING_TOKEN": NEXT}) as server:
        assert turn(server, NEXT, "S1", "1*1*1").text.startswith("CON")
        assert turn(server, NEXT, "S1", "1*1*1*2").text.startswith("END")
        assert turn(server, TOKEN, "S2", "").status_code != 200


def test_a_key_that_is_missing_stops_the_command_and_says_so(
    opened: Callable[[str], Store], sqlite_url: str, data_key: str
) -> None:
    opened(sqlite_url).close()
    said = rotated({"DATABASE_URL": sqlite_url, "DATA_KEYS": NEW, "PATH": ""})
    assert said.returncode == 2
    assert "DATA_KEYS" in said.stderr
    assert data_key not in said.stderr
    assert NEW not in said.stderr
