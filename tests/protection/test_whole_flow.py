"""The real service from the door to the task, in good and bad days: no number, answer or secret comes to light.

A marker number, marker answers and marker secrets go in by every door. Then every log line, answer, URL that
TaskRouter was asked for, figure, process list, command's output and byte of the database is searched for them.
"""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
import requests
from cryptography.fernet import Fernet
from sqlalchemy import inspect, text

from bridge.cli import main
from bridge.sandbox import World, create_sandbox, seeds_for, world_of
from bridge.sandbox.server import serving
from bridge.signature import Secret
from bridge.store import engines, open_store
from tests.intake.signing import body, headers, secret_text
from tests.servers import Server, running, settings
from tests.store.test_secrecy import in_base64
from tests.whole.test_survival import eventually

ACCOUNT = "AC" + "a" * 32
NUMBER, SECOND = "221779998877", "221776665544"
WORDS = ("ANSWERMARKER", "SPOKENMARKER", "4711PINMARKER")
SIGNING = secret_text("marker of the signature")
AUTH = "AUTHTOKENMARKER0123456789abcdefg"
METRICS = "METRICSTOKENMARKER0123456789abcd"
TOKEN = "GATEWAYTOKENMARKER_0123456789abc"
PASSWORD = "BASICPASSWORDMARKER0123456789"
LOOKUP = secret_text("marker of the look-ups")
DATA_KEY = Fernet.generate_key().decode()
SECRETS = (SIGNING, SIGNING.removeprefix("whsec_"), AUTH, METRICS, TOKEN, PASSWORD, LOOKUP, DATA_KEY)
PERSONAL = (NUMBER, SECOND, NUMBER[3:], SECOND[3:], *WORDS)

MENU = """
menu: support
languages: {en: {label: English}, fr: {label: Français, agent: French}}
help_line: "116"
partial: {after: [name]}
questions:
  - {name: language, type: language, label: "Language / Langue"}
  - {name: name, type: text, label: {en: "Your name", fr: "Votre nom"}}
  - {name: pin, type: text, secret: yes, label: {en: "Your PIN", fr: "Votre code"}}
  - name: callback
    type: select_one
    label: {en: "Call you back?", fr: "Vous rappeler ?"}
    choices: [{name: "yes", label: {en: Yes, fr: Oui}}, {name: "no", label: {en: No, fr: Non}}]
end:
  label: {en: "Thank you. {reference}", fr: "Merci. {reference}"}
  label_unsent: {en: Thank you., fr: Merci.}
"""


def found(haystack: str | bytes, needles: Iterable[str], *, coded: bool = False) -> list[str]:
    """The needles in it; with `coded` also in base64 at any offset."""
    content = haystack.encode() if isinstance(haystack, str) else haystack
    spellings = {one: [one.encode(), *(in_base64(one) if coded else [])] for one in needles}
    return [one for one, codes in spellings.items() if any(code in content for code in codes)]


@dataclass
class Flow:
    """One bridge with its TaskRouter, and all that came out of both."""

    folder: Path
    environ: dict[str, str]
    world: World
    urls: list[str]
    answers: list[str] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)

    def ask(self, server: Server, method: str, path: str, **more: Any) -> requests.Response:
        answer = requests.request(method, f"http://127.0.0.1:{server.port}{path}", timeout=20, **more)
        self.answers.append(f"{answer.headers} {answer.text}")
        return answer

    def post(self, server: Server, session: str, secret: str = SIGNING, **changes: Any) -> requests.Response:
        said = {"location": WORDS[0], "callback": "yes", "safe_to_call": "yes"}
        raw = body(**{"session_id": session, "caller": f"+{NUMBER}", "answers": said, **changes})
        signed = headers(raw, session, int(time.time()), Secret.parse(secret, "TEST"))
        return self.ask(server, "POST", "/v1/submissions", data=raw, headers=signed)

    def turn(self, server: Server, session: str, typed: str, token: str = TOKEN, below: str = "") -> requests.Response:
        fields = {"sessionId": session, "phoneNumber": f"+{SECOND}", "serviceCode": "*384#", "text": typed}
        path = f"/ussd/africastalking/{token}{below}"
        answer = requests.post(
            f"http://127.0.0.1:{server.port}{path}", data=fields, auth=("user", PASSWORD), timeout=20
        )
        self.answers.append(f"{answer.headers} {answer.text}")
        return answer

    def run(self, *words: str, typed: str = "", **changes: str) -> int:
        """A command in this process, where nothing is masked: it must not write such things in the first place."""
        out = io.StringIO()
        with pytest.MonkeyPatch.context() as patched, redirect_stdout(out), redirect_stderr(out):
            for name in [name for name in os.environ if name not in ("PATH", "HOME")]:
                patched.delenv(name)
            for name, value in {**self.environ, **changes}.items():
                patched.setenv(name, value)
            patched.chdir(self.folder)
            patched.setattr("sys.stdin", io.StringIO(typed))
            code = main(words)
        self.printed.append(f"{words[0]}: {out.getvalue()}")
        return code


def noting(application: Any, urls: list[str]) -> Any:
    """The application, and every URL that it is asked for written down."""

    def noted(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        urls.append(f"{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}")
        return application(environ, start)  # type: ignore[no-any-return]

    return noted


@contextmanager
def flowing(folder: Path, database_url: str) -> Iterator[Flow]:
    (folder / "menus").mkdir()
    (folder / "menus" / "support.yaml").write_text(MENU)
    (folder / "auth").write_text(AUTH)
    sandbox = create_sandbox(None, account_sid=ACCOUNT, auth_token=AUTH)
    urls: list[str] = []
    with serving(noting(sandbox, urls)) as url:
        seeds = seeds_for(ACCOUNT)
        environ = settings(
            folder,
            SIGNING,
            ACCOUNT_SID=ACCOUNT,
            AUTH_TOKEN="",
            AUTH_TOKEN_FILE=str(folder / "auth"),
            TASK_WORKSPACE_ID=seeds.workspace_sid,
            TASK_WORKFLOW_ID=seeds.workflow_sid,
            TASKROUTER_URL=url,
            DATABASE_URL=database_url,
            DATA_KEYS=DATA_KEY,
            MENUS_DIR=str(folder / "menus"),
            METRICS_TOKEN=METRICS,
            AFRICASTALKING_TOKEN=TOKEN,
            AFRICASTALKING_BASIC=f"user:{PASSWORD}",
            LOOKUP_SECRET=LOOKUP,
            LOG_LEVEL="DEBUG",
        )
        yield Flow(folder, environ, world_of(sandbox), urls)


def good_and_bad_requests(flow: Flow, server: Server) -> None:
    assert flow.post(server, f"SM{NUMBER}").status_code == 202
    assert flow.post(server, f"SM{NUMBER}").status_code == 200
    assert flow.post(server, f"SM{NUMBER}", answers={"location": WORDS[1]}).status_code == 409
    assert flow.post(server, "SM2", secret=secret_text("guess")).status_code == 401
    assert flow.post(server, "SM3", answers=[WORDS[0]], caller=7, menu={"x": NUMBER}).status_code == 422
    assert flow.post(server, "SM4", answers={"location": WORDS[0] * 2000}).status_code == 413
    assert flow.ask(server, "POST", "/v1/submissions", data=f"{NUMBER} {{".encode()).status_code == 415
    assert flow.ask(server, "GET", f"/{NUMBER}?caller={NUMBER}&{WORDS[0]}").status_code == 404
    assert flow.ask(server, "DELETE", "/v1/submissions").status_code == 405


def a_session_and_its_misfortunes(flow: Flow, server: Server) -> None:
    for typed in ("", "1", f"1*{WORDS[1]}", f"1*{WORDS[1]}*{WORDS[2]}", f"1*{WORDS[1]}*{WORDS[2]}*7"):
        assert flow.turn(server, NUMBER, typed).text.startswith("CON")
    assert flow.turn(server, NUMBER, f"1*{WORDS[1]}*{WORDS[2]}*7*1").text.startswith("END")
    assert flow.turn(server, NUMBER, f"2*{WORDS[0]}").status_code == 200  # contradicts itself
    assert flow.turn(server, "dropped", f"1*{WORDS[1]}").text.startswith("CON")
    flow.turn(server, "dropped", "", below="/events")
    assert flow.turn(server, "S", "", token=TOKEN[:-1] + "X").status_code in (401, 404)
    assert flow.turn(server, "S", "", below=f"/{NUMBER}").status_code == 404
    assert flow.ask(server, "POST", f"/ussd/africastalking/{TOKEN}", data=b"\xff" + NUMBER.encode()).status_code in (
        *(400, 401, 415),
    )


def trouble_at_twilio(flow: Flow, server: Server) -> None:
    assert eventually(lambda: len(flow.world.tasks.search({}, [])) >= 2)
    for kind, more in (("unavailable", {"status": 400}), ("limit", {}), ("drop_after", {})):
        flow.world.faults.add(kind, "create", calls=1, **more)
        assert flow.post(server, f"SM-{kind}").status_code == 202
        assert eventually(lambda: not flow.world.faults.faults)
    flow.world.faults.add("unavailable")  # from now on: what is in doubt stays so
    assert flow.post(server, "SM-outage").status_code == 202


def the_pages(flow: Flow, server: Server) -> None:
    assert flow.ask(server, "GET", "/metrics", headers={"Authorization": f"Bearer {METRICS}"}).status_code == 200
    assert flow.ask(server, "GET", "/metrics", headers={"Authorization": f"Bearer {METRICS}x"}).status_code == 404
    for path in ("/readyz", "/healthz", "/openapi.json"):
        flow.ask(server, "GET", path)


def the_commands(flow: Flow, reference: str) -> None:
    for words in (
        ["deliveries", "list"],
        ["deliveries", "show", reference],
        ["deliveries", "retry", "--all-dead"],
        ["doctor"],
        ["routes", "check"],
        ["backup", str(flow.folder / "copy.db")],
        ["purge"],
        ["rotate"],
        ["audit"],
        ["deliveries", "show", NUMBER],
        ["erase", "--reference", NUMBER],
    ):
        flow.run(*words)
    assert flow.run("erase", "--number", "-", typed=f"+{SECOND}\n") == 1  # TaskRouter is not there
    flow.world.faults.clear()
    assert flow.run("erase", "--reference", reference) == 0
    for name, value in (("DATA_KEYS", WORDS[0]), ("TELERIVET_USSD_SECRET", WORDS[0]), ("PORT", NUMBER)):
        assert flow.run("doctor", **{name: value}) != 0


def process_list() -> str:
    """What `ps` would show of every process on this machine."""
    shown = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            shown.append(process.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return "\n".join(shown)


def test_no_number_answer_or_secret_comes_to_light(tmp_path: Path, database_url: str) -> None:
    with flowing(tmp_path, database_url) as flow:
        with running(tmp_path, flow.environ) as server:
            good_and_bad_requests(flow, server)
            a_session_and_its_misfortunes(flow, server)
            trouble_at_twilio(flow, server)
            the_pages(flow, server)
            reference = json.loads(flow.world.tasks.search({}, [])[0]["attributes"])["name"]
            at_rest = contents(database_url)  # while the write-ahead log is there
            listed = process_list()
            the_commands(flow, reference)
            at_rest += contents(database_url)
            server.process.terminate()
            server.process.wait(30)
            logged = server.logged()
        everything = (*PERSONAL, *SECRETS)
        assert "event=taskrouter_call" in logged  # the log is the real one, and at DEBUG
        assert "DEBUG" in logged
        assert [(line, hits) for line in logged.splitlines() if (hits := found(line, everything))] == []
        assert [(hits, line) for line in flow.printed if (hits := found(line, everything))] == []
        assert [(hits, one) for one in flow.answers if (hits := found(one, everything))] == []
        assert len(flow.urls) > 10
        assert [hits for url in flow.urls if (hits := found(url, everything, coded=True))] == []
        assert f"{server.port}" in listed or "bridge serve" in listed
        assert found(listed, everything) == []
        assert found(at_rest, everything, coded=True) == []
        assert b"africastalking" in at_rest
    copy = tmp_path / "copy.db"
    assert found(copy.read_bytes() if copy.exists() else b"", everything, coded=True) == []


def contents(url: str) -> bytes:
    """Every byte of SQLite's files; every row of every table."""
    parsed = engines.parse(url)
    if parsed.drivername == "sqlite":
        return b"".join(path.read_bytes() for path in engines.sqlite_file(parsed).parent.iterdir())
    store = open_store(url, [DATA_KEY], shared=True)
    try:
        with store.read() as connection:
            names = inspect(connection).get_table_names()
            rows = [tuple(row) for name in names for row in connection.execute(text(f'SELECT * FROM "{name}"'))]  # noqa: S608
    finally:
        store.close()
    return repr(rows).encode()
