"""The published description says what the door really takes."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from bridge.errors import Invalid
from bridge.intake.openapi import paths
from bridge.intake.schema import SubmissionSchema, read_submission
from bridge.intake.view import MAX_BODY
from tests.intake.signing import SUBMISSION

OPERATION = paths()["/v1/submissions"]["post"]
BODY = OPERATION["requestBody"]["content"]["application/json"]["schema"]


def described(value: Any) -> bool:
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return bool(jsonschema.Draft202012Validator(BODY, format_checker=checker).is_valid(value))


def taken(value: Any) -> bool:
    try:
        read_submission(value, "SM0123", lambda gateway, service_code: None)
    except Invalid:
        return False
    return True


def test_the_description_is_json_and_a_valid_schema() -> None:
    assert json.loads(json.dumps(paths())) == paths()
    jsonschema.Draft202012Validator.check_schema(BODY)


def test_every_field_is_described_and_no_other() -> None:
    assert set(BODY["properties"]) == set(SubmissionSchema().fields)
    assert str(MAX_BODY) in OPERATION["description"]


def test_every_answer_is_described() -> None:
    assert set(OPERATION["responses"]) == {
        *["200", "202", "400", "401", "409", "411", "413", "415", "422", "500", "503"]
    }
    assert [header["name"] for header in OPERATION["parameters"]] == [
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
    ]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="the example"),
        pytest.param({"unknown": 1}, id="unknown key"),
        pytest.param({"version": 2}, id="version"),
        pytest.param({"gateway": "a b"}, id="gateway"),
        pytest.param({"gateway": "x" * 33}, id="long gateway"),
        pytest.param({"caller": ""}, id="empty caller"),
        pytest.param({"caller": " "}, id="blank caller"),
        pytest.param({"caller": "a\x00"}, id="NUL"),
        pytest.param({"menu_version": "é" * 64}, id="64 characters"),
        pytest.param({"menu_version": "é" * 65}, id="65 characters"),
        pytest.param({"answers": {"a b": "c"}}, id="name of an answer"),
        pytest.param({"answers": {"a": "x" * 501}}, id="long answer"),
        pytest.param({"answers": {"a": "two\nlines"}}, id="answer of two lines"),
        pytest.param({"answers": {"a": "b\x00"}}, id="NUL in an answer"),
        pytest.param({"answers": {"a": "b\x85"}}, id="control character in an answer"),
        pytest.param({"answers": {"a": 1}}, id="number for an answer"),
        pytest.param({"answers": {f"q{i}": "1" for i in range(51)}}, id="51 answers"),
        pytest.param({"complete": "yes"}, id="word for true"),
        pytest.param({"started_at": None}, id="no start"),
        pytest.param({"started_at": 5}, id="number for a time"),
    ],
)
def test_what_is_described_is_what_is_taken(changes: dict[str, Any]) -> None:
    assert described(SUBMISSION | changes) is taken(SUBMISSION | changes)


@pytest.mark.parametrize("missing", SUBMISSION)
def test_what_is_said_to_be_required_is(missing: str) -> None:
    body = {name: value for name, value in SUBMISSION.items() if name != missing}
    assert described(body) is taken(body)
