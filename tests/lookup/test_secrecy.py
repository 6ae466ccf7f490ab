"""A PIN goes to the service, once, and is nowhere else: the whole bridge as a process, and everything it wrote."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import inspect, select, text

from bridge.store import Store, open_store
from bridge.store.session_tables import session
from bridge.store.sessions import Row
from bridge.store.sessions import opened as opened_session
from tests.intake.signing import secret_text
from tests.lookup.services import SECRET_TEXT, Raw, body_in, response, says
from tests.servers import Server, running, settings
from tests.store.test_secrecy import in_base64

PIN, OLD_PIN, TOWN = "8421907731", "7315508264", "MARKERTOWN"
TOKEN = "Zx8-Qp3_Lm7vTd2RkYb5wA"
MENU = """
menu: support
languages: {en: {label: English}}
help_line: "116"
partial: {after: [town]}
questions:
  - {name: town, type: text, label: Town?}
  - {name: pin, type: text, secret: yes, min: 10, max: 10, label: PIN?}
  - {name: balance, type: lookup, label: "Balance:"}
  - {name: right, type: confirm, label: Right?}
end: {label: "Reference {reference}", label_unsent: Bye}
"""


@dataclass
class House:
    """A running bridge, the service that it asks, and all that came back from it."""

    server: Server
    folder: Path
    environ: dict[str, str]
    service: Raw
    heard: list[str]

    def ask(self, method: str, path: str, body: str = "", kind: str = "application/x-www-form-urlencoded") -> str:
        with closing(HTTPConnection("127.0.0.1", self.server.port, timeout=20)) as connection:
            connection.request(method, path, body, {"Content-Type": kind})
            answer = connection.getresponse()
            said = answer.read().decode()
        self.heard.append(f"{answer.headers}\n{said}")
        return said

    def africastalking(self, transcript: str, code: str = "*126#") -> str:
        fields = {"sessionId": "s", "phoneNumber": "+221770000001", "serviceCode": code, "text": transcript}
        return self.ask("POST", f"/ussd/africastalking/{TOKEN}", urlencode(fields))

    def written(self) -> dict[str, bytes]:
        """Every file below the bridge's folder but those that the test put there."""
        files = (path for path in self.folder.rglob("*") if path.is_file() and path.suffix != ".yaml")
        return {path.name: path.read_bytes() for path in files}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    menus = tmp_path / "menus"
    menus.mkdir()
    (menus / "support.yaml").write_text(MENU)
    service = Raw(says(response(b'{"text":"You have 12.50"}')))
    with service.running() as url:
        environ = settings(
            tmp_path,
            secret_text("first"),
            MENUS_DIR=str(menus),
            AFRICASTALKING_TOKEN=TOKEN,
            LOOKUP_URL=url,
            LOOKUP_SECRET=SECRET_TEXT,
            LOG_LEVEL="DEBUG",
        )
        with running(tmp_path, environ) as server:
            yield House(server, tmp_path, environ, service, [])


def finds(marker: str) -> Callable[[bytes], bool]:
    codes = [marker.encode(), *in_base64(marker), base64.b16encode(marker.encode()).lower()]
    return lambda content: any(code in content for code in codes)


def unsealed(house: House) -> dict[str, str]:
    """Every row of every table as it is, and what the keys open of it."""
    store = open_store(house.environ["DATABASE_URL"], [house.environ["DATA_KEYS"]], shared=True)
    try:
        return {name: repr(rows) for name, rows in _rows(store)}
    finally:
        store.close()


def _rows(store: Store) -> Iterator[tuple[str, list[Any]]]:
    with store.read() as connection:
        for name in inspect(connection).get_table_names():
            yield name, [tuple(row) for row in connection.execute(text(f"SELECT * FROM {name}"))]  # noqa: S608
        sessions = [opened_session(Row(*row), store.seal) for row in connection.execute(select(session))]
        yield "sessions, opened", [(each.content, each.question) for each in sessions if each]
        sealed = connection.execute(text("SELECT * FROM submission")).all()
    yield "submissions, opened", [store.open_sealed(row).submission.answers for row in sealed if row]  # type: ignore[union-attr]


def test_a_pin_reaches_the_service_once_and_is_written_and_shown_nowhere(house: House) -> None:
    house.africastalking("")
    house.africastalking(TOWN)
    assert "You have 12.50" in house.africastalking(f"{TOWN}*{OLD_PIN}")
    assert "PIN?" in house.africastalking(f"{TOWN}*{OLD_PIN}*0")
    assert "You have 12.50" in house.africastalking(f"{TOWN}*{OLD_PIN}*0*{PIN}")
    while_open, opened_while_open = house.written(), unsealed(house)
    assert "You have 12.50" in house.africastalking(f"{TOWN}*{OLD_PIN}*0*{PIN}*7")
    assert TOWN in house.africastalking(f"{TOWN}*{OLD_PIN}*0*{PIN}*7*1")
    assert "Reference" in house.africastalking(f"{TOWN}*{OLD_PIN}*0*{PIN}*7*1*1")
    house.ask("GET", "/metrics")
    afterwards, opened_afterwards = house.written(), unsealed(house)

    asked = [body_in(request) for request in house.service.requests]
    assert [each["secrets"] for each in asked] == [{"pin": OLD_PIN}, {"pin": PIN}, {}]
    assert {each["answers"]["town"] for each in asked} == {TOWN}
    assert len({each["session"] for each in asked}) == 1
    for request in house.service.requests:
        assert not finds(PIN)(request.partition(b"\r\n\r\n")[0])
    for pin in (PIN, OLD_PIN):
        for files in (while_open, afterwards):
            assert [name for name, content in files.items() if finds(pin)(content)] == []
        for opened in (opened_while_open, opened_afterwards):
            assert [name for name, content in opened.items() if finds(pin)(content.encode())] == []
        assert [said for said in house.heard if pin in said] == []
    assert TOWN in opened_while_open["sessions, opened"]  # the search would find it
    assert TOWN in opened_afterwards["submissions, opened"]
    assert "event=looked_up menu=support question=balance outcome=found" in house.server.logged()
    assert TOWN not in house.server.logged()
    assert "12.50" not in house.server.logged()


def test_a_pin_that_is_dialled_behind_the_code_is_not_written_down_either(house: House) -> None:
    house.africastalking(PIN)
    assert [name for name, content in house.written().items() if finds(PIN)(content)] == []
    assert [name for name, content in unsealed(house).items() if finds(PIN)(content.encode())] == []
