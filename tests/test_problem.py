"""Errors as clients see them: RFC 9457, and nothing of what they sent."""

from __future__ import annotations

import json
import logging

import pytest
from flask import Flask, abort, redirect, request
from flask.testing import FlaskClient
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from bridge import problem
from bridge.errors import (
    BridgeError,
    Conflict,
    Invalid,
    Malformed,
    NotAuthentic,
    SetupError,
    Unavailable,
)

SECRET = "MARKER-770000001"

RAISED: dict[str, Exception] = {
    "malformed": Malformed(f"never {SECRET}"),
    "not_authentic": NotAuthentic("signature missing"),
    "conflict": Conflict("other body"),
    "invalid": Invalid({"caller": ["must be text"]}),
    "unavailable": Unavailable("the disk is full", retry_after=7),
    "setup": SetupError(SECRET),
    "bridge": BridgeError(SECRET),
    "unforeseen": RuntimeError(SECRET),
    "too_many": TooManyRequests(retry_after=9),
    "lookup": KeyError(SECRET),
}


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("test")
    problem.register(app, pages=("/desk",))

    @app.post("/raise/<name>")
    def fail(name: str) -> str:
        raise RAISED[name]

    @app.get("/abort/<int:status>")
    def stop(status: int) -> str:
        abort(status, SECRET)

    @app.get("/moved")
    def moved() -> Response:
        return redirect("/elsewhere")

    @app.get("/folder/")
    def folder() -> str:
        return "here"

    @app.post("/form")
    def form() -> str:
        request.max_content_length = 10
        return request.form["needed"]

    @app.get("/desk/<int:status>")
    def desk(status: int) -> str:
        abort(status)

    return app.test_client()


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("malformed", 400),
        ("not_authentic", 401),
        ("conflict", 409),
        ("invalid", 422),
        ("unavailable", 503),
        ("setup", 500),
        ("bridge", 500),
        ("unforeseen", 500),
        ("too_many", 429),
        ("lookup", 500),
    ],
)
def test_an_error_is_answered_in_one_shape_with_constant_words(client: FlaskClient, name: str, status: int) -> None:
    answer = client.post(f"/raise/{name}")
    told = json.loads(answer.data)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert (told["type"], told["status"], told["detail"]) == ("about:blank", status, problem.DETAILS[status])
    assert SECRET not in answer.text
    assert ("fields" in told) is (status == 422)


@pytest.mark.parametrize(("name", "seconds"), [("unavailable", "7"), ("too_many", "9")])
def test_what_may_be_tried_again_says_when(client: FlaskClient, name: str, seconds: str) -> None:
    assert client.post(f"/raise/{name}").headers["Retry-After"] == seconds


def test_faulty_fields_are_named(client: FlaskClient) -> None:
    assert json.loads(client.post("/raise/invalid").data)["fields"] == {"caller": ["must be text"]}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 406, 408, 410, 411, 413, 414, 415, 416, 429, 500, 503])
def test_errors_of_the_framework_lose_their_own_words(client: FlaskClient, status: int) -> None:
    answer = client.get(f"/abort/{status}")
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert json.loads(answer.data)["status"] == status
    assert SECRET not in answer.text


def test_an_unknown_address_is_not_repeated(client: FlaskClient) -> None:
    answer = client.get(f"/{SECRET}?{SECRET}", headers={"x-any": SECRET})
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert SECRET not in answer.text + str(answer.headers)


def test_a_wrong_method_is_told_the_right_ones(client: FlaskClient) -> None:
    answer = client.get("/raise/malformed")
    assert (answer.status_code, answer.content_type) == (405, "application/problem+json")
    assert set(answer.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}


def test_a_form_that_lacks_a_field_or_is_too_large_is_refused_without_naming_it(client: FlaskClient) -> None:
    lacking, large = client.post("/form", data={"a": "b"}), client.post("/form", data={"needed": SECRET})
    assert (lacking.status_code, large.status_code) == (400, 413)
    assert "needed" not in lacking.text
    assert lacking.content_type == large.content_type == "application/problem+json"


def test_a_redirect_stays_one(client: FlaskClient) -> None:
    assert (client.get("/moved").status_code, client.get("/moved").location) == (302, "/elsewhere")
    assert (client.get("/folder").status_code, client.get("/folder").mimetype) == (308, "text/html")


@pytest.mark.parametrize("status", [404, 500])
def test_pages_for_people_keep_pages_as_errors(client: FlaskClient, status: int) -> None:
    answer = client.get(f"/desk/{status}")
    assert (answer.status_code, answer.mimetype) == (status, "text/html")


def test_the_unforeseen_is_logged_by_type_and_place_only(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        client.post("/raise/unforeseen")
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert "error=RuntimeError" in record.message
    assert "test_problem.py:" in record.message
    assert record.exc_info is None
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    ("name", "level"), [("not_authentic", "WARNING"), ("conflict", "WARNING"), ("invalid", "INFO")]
)
def test_a_refusal_is_one_line_with_our_own_reason(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, name: str, level: str
) -> None:
    with caplog.at_level(logging.DEBUG):
        client.post(f"/raise/{name}")
    (record,) = caplog.records
    assert (record.levelname, record.exc_info) == (level, None)
    assert str(RAISED[name]) in record.message


@pytest.mark.parametrize(("status", "title"), [(413, "Content Too Large"), (422, "Unprocessable Content")])
def test_a_title_is_that_of_rfc_9110_whatever_python_says(status: int, title: str) -> None:
    assert json.loads(problem.answer(status).body)["title"] == title


@pytest.mark.parametrize("error", [error for error in RAISED.values() if isinstance(error, BridgeError)], ids=repr)
def test_of_our_own_errors_only_those_that_pass_by_themselves_ask_to_be_tried_again(error: BridgeError) -> None:
    _, headers, _ = problem.of(error, None)
    assert ("Retry-After" in dict(headers)) is error.retryable
