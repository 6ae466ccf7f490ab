"""The desk's own endpoints: it sees tasks only through TaskRouter, and acts only for its own page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bridge.sandbox import desk as desk_module
from bridge.sandbox.desk import create_desk
from bridge.settings import Settings
from tests.sandbox.stage import ACCOUNT, TOKEN, Stage

FOLDER = Path(desk_module.__file__).parent
OURS = {"X-Desk": "1"}


def settings_of(stage: Stage, **changes: str) -> Settings:
    values = {
        "account_sid": ACCOUNT,
        "auth_token": TOKEN,
        "workspace_sid": stage.account.workspace_sid,
        "taskrouter_url": stage.account.url,
    }
    return Settings(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def desk(stage: Stage) -> FlaskClient:
    app = Flask("desk of a test", static_folder=None)
    app.register_blueprint(create_desk(settings_of(stage)))
    return app.test_client()


def test_the_newest_task_comes_first(stage: Stage, desk: FlaskClient) -> None:
    old = stage.create().json()["sid"]
    stage.clock.seconds += 30
    new = stage.create().json()["sid"]
    found = desk.get("/desk/tasks").get_json()["tasks"]
    assert [task["sid"] for task in found] == [new, old]
    assert [task["waiting"] for task in found] == [0, 30]


@pytest.mark.parametrize(("ending", "status"), [("complete", "completed"), ("cancel", "canceled")])
def test_a_task_is_ended_at_the_desk(stage: Stage, desk: FlaskClient, ending: str, status: str) -> None:
    sid = stage.create().json()["sid"]
    assert desk.post(f"/desk/tasks/{sid}/{ending}", headers=OURS).status_code == 200
    task = stage.world.tasks.fetch(sid)
    assert (task["status"], bool(task["reason"])) == (status, True)
    assert desk.get("/desk/tasks").get_json()["tasks"][0]["ended"] is True
    again = desk.post(f"/desk/tasks/{sid}/{ending}", headers=OURS)
    assert again.status_code == 409
    assert "ended" in again.get_json()["error"]


def test_another_sites_page_cannot_end_a_task(stage: Stage, desk: FlaskClient) -> None:
    sid = stage.create().json()["sid"]
    assert desk.post(f"/desk/tasks/{sid}/complete").status_code == 403
    assert desk.get(f"/desk/tasks/{sid}/complete", headers=OURS).status_code == 405
    assert stage.world.tasks.fetch(sid)["status"] == "pending"


@pytest.mark.parametrize("sid", ["WT1", "WT" + "0" * 31 + "x", "..%2F..%2FWorkflows", "WT" + "0" * 33])
def test_only_a_tasks_sid_gets_into_the_address(desk: FlaskClient, sid: str) -> None:
    assert desk.post(f"/desk/tasks/{sid}/complete", headers=OURS).status_code in (403, 404)


def test_a_taskrouter_that_does_not_answer_is_said_in_one_sentence(stage: Stage, desk: FlaskClient) -> None:
    stage.world.faults.add("unavailable")
    answer = desk.get("/desk/tasks")
    assert (answer.status_code, answer.get_json()) == (502, {"error": "TaskRouter does not answer."})
    stage.world.faults.clear()
    stage.world.faults.add("drop_before")
    assert desk.post(f"/desk/tasks/WT{'0' * 32}/complete", headers=OURS).status_code == 502


def test_an_api_key_is_used_where_there_is_one(stage: Stage) -> None:
    app = Flask("desk of a test", static_folder=None)
    app.register_blueprint(create_desk(settings_of(stage, api_key_sid="SK1", api_key_secret="wrong")))
    assert app.test_client().get("/desk/tasks").status_code == 502


def test_the_page_runs_under_a_policy_without_anything_inline(desk: FlaskClient) -> None:
    answer = desk.get("/desk")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    page = answer.get_data(as_text=True)
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", page)
    assert not re.search(r"""(src|href)=["']https?:""", page)
    for address in re.findall(r'(?:src|href)="(/desk/static/[^"]+)"', page):
        with desk.get(address) as file:
            assert file.status_code == 200


def test_the_script_never_writes_markup() -> None:
    script = (FOLDER / "static" / "desk.js").read_text("utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|\.style\b", script)


def test_the_desk_says_what_to_do_when_nobody_waits(desk: FlaskClient) -> None:
    page = desk.get("/desk").get_data(as_text=True)
    assert "*123#" in page
    assert 'href="/simulator"' in page


PAIRS = [
    ("ink", "ground"),
    ("ink", "surface"),
    ("ink", "sunken"),
    ("ink-soft", "ground"),
    ("ink-soft", "surface"),
    ("ink-soft", "sunken"),
    ("accent", "surface"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-badge", "badge"),
    ("on-notice", "notice"),
    ("on-danger", "danger"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(scheme: str, text: str, ground: str) -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1."""
    light, dark = (FOLDER / "static" / "theme.css").read_text("utf-8").split("@media")
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", light))
    if scheme == "dark":
        colours |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", dark))
    bright, dim = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
    assert (bright + 0.05) / (dim + 0.05) >= 4.5


def luminance(colour: str) -> float:
    """WCAG 2.2, "relative luminance"."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
