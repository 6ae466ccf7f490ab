"""Telerivet on the phone: our own stand-in, and the script itself in its emulator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread

import pytest

from bridge.commands.demo_phones import EMULATOR
from bridge.commands.secret import signing_secret
from bridge.intake import Secret
from bridge.menu import load_menu
from bridge.simulator import Address, Emulator, LineError, Script, ScriptLine, TelerivetLine, Wire
from tests.demo import Caller, reference_on
from tests.servers import free_port
from tests.telerivet.processes import NODE

Callers = Callable[[str], Caller]
MENUS = Path(__file__).parents[2] / "menus"
DEADLINE = 30.0
# Shows one screen; what it sets aside there, it posts when it runs as a service.
SETS_ASIDE = """
function main() {
  if (typeof call === "undefined") {
    httpClient.request(service.vars.bridge_url + "/later", {method: "POST", data: "set aside"});
    return;
  }
  service.invoke({context: "project", async: true});
  sendReply("Kept.");
}
"""


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    assert NODE, "Node is not installed: `make test` installs it"
    emulator = Emulator(NODE, EMULATOR, outbox_seconds=0.05)
    yield emulator
    emulator.stop()


@pytest.fixture
def heard() -> Iterator[tuple[str, Queue[str]]]:
    """Somebody who listens for posts: their address, and what they heard."""
    posts: Queue[str] = Queue()

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posts.put(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *words: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", posts
        server.shutdown()


def test_the_script_itself_runs_on_the_phone_and_makes_one_task(caller: Callers) -> None:
    phone = caller("telerivet_script")
    assert phone.dial() == "Choose language / Choisissez la langue\n1. English\n2. Francais"
    last = phone.press("2", "3", "7", "2", "1", "1")
    assert last.startswith("Merci. Votre référence : ")
    (attributes,) = phone.tasks()
    assert attributes["name"] == reference_on(last)
    assert (attributes["location"], attributes["ussd"]["simulated"]) == ("Thies", True)
    (trip,) = phone.travelled()
    assert (trip["method"], trip["path"]) == ("POST", "/v1/submissions")
    assert "webhook-signature: v1," in trip["sent"]
    assert '"location": "thies"' in trip["sent"]


def test_two_callers_of_the_script_at_once_do_not_meet(caller: Callers) -> None:
    one, other = caller("telerivet_script"), caller("telerivet_script")
    one.dial()
    other.dial()
    one.press("2")
    assert other.press("1").startswith("Please choose location")
    assert one.press("1").startswith("De quelle aide")


def test_a_submission_posted_twice_at_once_is_one_task(caller: Callers) -> None:
    phone = caller("telerivet")
    phone.dial()
    phone.move("duplicate")
    last = phone.press("1", "1", "1", "1", "1")
    first, second = phone.travelled()
    assert sorted((first["status"], second["status"])) == [200, 202]
    assert first["sent"] == second["sent"]
    (attributes,) = phone.tasks()
    assert attributes["name"] == reference_on(last)


def test_a_caller_hears_kind_last_words_when_the_bridge_is_away() -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    wire = Wire(Address(nobody, "/v1/submissions", "/v1/submissions"))
    secret = Secret.parse(signing_secret(), "TEST")
    line = TelerivetLine(load_menu(MENUS / "support.yaml"), wire, secret, code="*123#", number="+221770000001")
    line.dial()
    for key in ("2", "1", "1"):
        line.answer(key)
    last = line.answer("2")
    assert (last.text, last.ends) == ("Merci. Nous avons gardé votre demande.", True)
    (trip,) = line.travelled()
    assert (trip.status, trip.answer) == (0, "")


def test_what_a_script_sets_aside_is_worked_off_while_nobody_dials(
    emulator: Emulator, heard: tuple[str, Queue[str]]
) -> None:
    url, posts = heard
    line = ScriptLine(emulator, Script("aside", SETS_ASIDE, {"bridge_url": url}), code="*123#", number="+221770000001")
    assert line.dial().text == "Kept."
    assert posts.get(timeout=DEADLINE) == "set aside"


def test_a_script_that_breaks_a_rule_of_telerivet_is_explained(emulator: Emulator) -> None:
    silent = Script("silent", "function main() {}", {})
    with pytest.raises(LineError, match="a turn must show exactly one text"):
        ScriptLine(emulator, silent, code="*123#", number="+221770000001").dial()


def test_an_emulator_that_died_starts_anew_at_the_next_dialling(emulator: Emulator) -> None:
    script = Script("aside", SETS_ASIDE, {"bridge_url": "http://127.0.0.1:9"})
    line = ScriptLine(emulator, script, code="*123#", number="+221770000001")
    line.dial()
    process = emulator._process
    assert process
    process._process.kill()
    process._process.wait(DEADLINE)
    with pytest.raises(LineError, match="Dial again"):
        line.answer("1")
    assert ScriptLine(emulator, script, code="*123#", number="+221770000001").dial().text == "Kept."


def test_stopping_ends_the_process_and_nothing_starts_after_it(emulator: Emulator) -> None:
    script = Script("aside", SETS_ASIDE, {"bridge_url": "http://127.0.0.1:9"})
    ScriptLine(emulator, script, code="*123#", number="+221770000001").dial()
    process = emulator._process
    assert process
    emulator.stop()
    assert not process.is_alive
    with pytest.raises(LineError, match="stopping"):
        ScriptLine(emulator, script, code="*123#", number="+221770000001").dial()
