"""The fields of a submission: what each may hold, and that faults name fields and echo nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import EXCLUDE
from msgspec.structs import asdict

from bridge.errors import Invalid
from bridge.intake.schema import MAX_ANSWER, MAX_ANSWERS, SubmissionSchema, load, read_submission
from bridge.submission import Submission
from tests.intake.signing import SUBMISSION

MISSING = object()


def read(key: str = "SM0123", **changes: Any) -> Submission:
    body = {name: value for name, value in (SUBMISSION | changes).items() if value is not MISSING}
    return read_submission(body, key, lambda gateway, service_code: "SN")


def test_a_submission_becomes_what_everything_passes_on() -> None:
    assert asdict(read()) == {
        "key": "SM0123",
        "session": "SM0123",
        "gateway": "telerivet",
        "service_code": "*384*123#",
        "caller": "+221770000001",
        "caller_as_received": "+221770000001",
        "menu": "support",
        "menu_version": "3f9c0b",
        "language": "fr",
        "answers": {"location": "dakar", "support_type": "shelter", "callback": "yes", "safe_to_call": "yes"},
        "complete": True,
        "simulated": False,
        "started_at": "2026-11-20T10:00:00Z",
        "submitted_at": "2026-11-20T10:01:10Z",
    }


def test_answers_keep_the_order_they_were_given_in() -> None:
    assert list(read(answers={"z": "1", "a": "2", "m": "3"}).answers) == ["z", "a", "m"]


@pytest.mark.parametrize(
    ("key", "session_id", "complete", "taken"),
    [
        pytest.param("SM1", "SM1", True, True, id="complete under its session's id"),
        pytest.param("SM1_p", "SM1", False, True, id="partial under the id with _p"),
        pytest.param("SM1_p", "SM1", True, False, id="complete under the partial's id"),
        pytest.param("SM1", "SM1", False, False, id="partial under the session's id"),
        pytest.param("SM2", "SM1", True, False, id="another session's id"),
        pytest.param("SM1_p", "SM1_p", True, False, id="a session that looks like a partial's id"),
        pytest.param("SM1_p_p", "SM1_p", False, False, id="a partial of such a session"),
    ],
)
def test_the_id_belongs_to_the_session(key: str, session_id: str, complete: bool, taken: bool) -> None:
    if taken:
        submission = read(key, session_id=session_id, complete=complete)
        assert (submission.key, submission.session, submission.complete) == (key, session_id, complete)
        return
    with pytest.raises(Invalid) as refused:
        read(key, session_id=session_id, complete=complete)
    assert list(refused.value.fields) == ["session_id"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("menu_version", "any text: 2026-11-20 (résumé) ✓", id="any version text"),
        pytest.param("menu_version", "x" * 64, id="version of 64"),
        pytest.param("menu", "a_menu_that_we_never_had", id="unknown menu"),
        pytest.param("language", "wo", id="unknown language"),
        pytest.param("answers", {}, id="no answers"),
        pytest.param("answers", {"gone_question": "gone_choice"}, id="unknown question"),
        pytest.param("answers", {"note": "a\nb\tc\r\n"}, id="line ends and tabs in an answer"),
        pytest.param("answers", {"note": ""}, id="empty answer"),
        pytest.param("answers", {"note": "👩‍👩‍👧 🏽 e\u0301 \u200f"}, id="joined emoji and marks"),
        pytest.param("answers", {"n" * 64: "x" * MAX_ANSWER}, id="longest name and answer"),
        pytest.param("answers", {f"q{i}": "1" for i in range(MAX_ANSWERS)}, id="as many answers as may be"),
        pytest.param("gateway", "x" * 32, id="longest gateway"),
        pytest.param("service_code", "*384*123#", id="service code"),
        pytest.param("simulated", True, id="simulated"),
        pytest.param("started_at", None, id="no start known"),
        pytest.param("started_at", "2026-11-20T10:00:00.123456+01:30", id="fraction and offset"),
        pytest.param("started_at", "2026-12-31T23:59:60Z", id="leap second"),
        pytest.param("started_at", "2028-02-29T00:00:00Z", id="leap day"),
        pytest.param("started_at", "1970-01-01t00:00:00z", id="a wrong clock, small letters"),
        pytest.param("caller", "anonymous", id="a caller without a number"),
    ],
)
def test_a_value_is_kept_as_it_came(field: str, value: Any) -> None:
    name = "caller_as_received" if field == "caller" else field
    assert getattr(read(**{field: value}), name) == value


def test_what_may_be_left_out() -> None:
    submission = read(simulated=MISSING, started_at=MISSING, submitted_at=MISSING)
    assert (submission.simulated, submission.started_at, submission.submitted_at) == (False, None, None)


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"extra": "x"}, id="text"),
        pytest.param({"extra": {"a": [1, None]}}, id="nested"),
        pytest.param({"": 1, "__proto__": {}, "caller_as_received": "other", "\ud800": 1}, id="odd names"),
    ],
)
def test_unknown_keys_are_ignored(more: dict[str, Any]) -> None:
    assert read(**more) == read()


WRONG_TYPES = [
    pytest.param(None, id="null"),
    pytest.param(1, id="number"),
    pytest.param(1.5, id="fraction"),
    pytest.param(True, id="true"),
    pytest.param([], id="array"),
    pytest.param({}, id="object"),
    pytest.param("", id="empty"),
    pytest.param("   ", id="spaces"),
    pytest.param("a\x00b", id="NUL"),
    pytest.param("a\nb", id="line end"),
    pytest.param("a\x1b[31m", id="escape"),
    pytest.param("a\x7f", id="delete"),
    pytest.param("a\x85", id="C1 control"),
    pytest.param("\ud800", id="high surrogate alone"),
    pytest.param("\udfffx", id="low surrogate alone"),
    pytest.param("x" * 127, id="127 characters"),
    pytest.param("x" * 16_000, id="16000 characters"),
]
WRONG_ANSWERS: dict[str, Any] = {
    "null": None,
    "text": "a=1",
    "array": ["a"],
    "pairs": [["a", "b"]],
    "one too many": {f"q{i}": "1" for i in range(MAX_ANSWERS + 1)},
    "number": {"a": 1},
    "true": {"a": True},
    "null inside": {"a": None},
    "nested": {"a": {"b": "c"}},
    "too long": {"a": "x" * (MAX_ANSWER + 1)},
    "NUL": {"a": "\x00"},
    "escape": {"a": "\x1b"},
    "lone surrogate": {"a": "\udc00"},
    "empty name": {"": "1"},
    "name with a dash": {"a-b": "1"},
    "name with a dot": {"a.b": "1"},
    "name with a line end": {"a\n": "1"},
    "name too long": {"n" * 65: "1"},
    "name in other digits": {"q١": "1"},
}
TEXTS = ("gateway", "session_id", "service_code", "caller", "menu", "menu_version", "language")


@pytest.mark.parametrize("value", WRONG_TYPES)
@pytest.mark.parametrize("field", TEXTS)
def test_a_text_field_takes_nothing_but_short_printable_text(field: str, value: Any) -> None:
    assert list(faults(**{field: value})) == [field]


WRONG: dict[str, Sequence[Any]] = {
    "version": [None, 0, 2, True, 1.0, "1", [1]],
    "complete": [None, 0, 1, "true", "yes", "", []],
    "simulated": [None, 0, 1, "false"],
    "started_at": [
        1_795_000_000,
        "",
        "now",
        "2026-11-20",
        "2026-11-20T10:00:00",
        "2026-11-20T10:00Z",
        "2026-13-20T10:00:00Z",
        "2026-02-30T10:00:00Z",
        "2026-11-20T24:00:00Z",
        "2026-11-20T10:00:61Z",
        "2026-11-20T10:00:00+25:00",
        "2026-11-20T10:00:00.Z",
        "٢٠٢٦-11-20T10:00:00Z",
        "2026-11-20T10:00:00Z\n",
        "0000-01-01T00:00:00Z",
    ],
    "gateway": ["a b", "a:b", "a.b", "é", "a/b", "x" * 33, "a\n"],
    "menu": ["../support", "a/b", "x" * 65],
    "session_id": ["a.b", "a:b", "a b", "é"],
}


def wrong_values() -> list[Any]:
    answers = [pytest.param("answers", value, id=f"answers: {label}") for label, value in WRONG_ANSWERS.items()]
    others = [pytest.param(field, v, id=f"{field}: {v!r}") for field, values in WRONG.items() for v in values]
    return answers + others


@pytest.mark.parametrize(("field", "value"), wrong_values())
def test_a_wrong_value_is_refused_under_its_name(field: str, value: Any) -> None:
    assert list(faults(**{field: value})) == [field]


@pytest.mark.parametrize("field", [*TEXTS, "version", "answers", "complete"])
def test_a_missing_field_is_named(field: str) -> None:
    assert list(faults(**{field: MISSING})) == [field]


def test_all_faults_are_named_at_once_and_nothing_of_the_values() -> None:
    found = faults(version=2, caller="SECRET\x00", answers={"SECRET-name": "SECRET"}, complete="SECRET")
    assert sorted(found) == ["answers", "caller", "complete", "version"]
    assert "SECRET" not in str(found)


@pytest.mark.parametrize("body", [None, [], "x", 1, True, [SUBMISSION]], ids=lambda body: type(body).__name__)
def test_a_body_that_is_no_object_is_refused(body: Any) -> None:
    with pytest.raises(Invalid) as refused:
        read_submission(body, "SM0123", lambda gateway, service_code: None)
    assert list(refused.value.fields) == ["body"]


@pytest.mark.parametrize(
    ("country", "received", "caller"),
    [
        pytest.param("SN", "+221770000001", "+221770000001", id="E.164 already"),
        pytest.param("SN", "770000001", "+221770000001", id="national"),
        pytest.param("SN", "221770000001", "+221770000001", id="international without plus"),
        pytest.param("KE", "0712 345 678", "+254712345678", id="national of another route's country"),
        pytest.param(None, "770000001", None, id="national without a country"),
        pytest.param("SN", "withheld", None, id="no number at all"),
    ],
)
def test_the_caller_is_read_in_the_country_of_the_dialled_code_and_kept_as_received(
    country: str | None, received: str, caller: str | None
) -> None:
    asked = []

    def of_route(gateway: str, service_code: str) -> str | None:
        asked.append((gateway, service_code))
        return country

    found = read_submission(SUBMISSION | {"caller": received, "service_code": "*1# "}, "SM0123", of_route)
    assert (found.caller, found.caller_as_received) == (caller, received)
    assert asked == [("telerivet", "*1#")]  # Telerivet's codes may end in a space


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=70),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


@given(changes=st.dictionaries(st.sampled_from([*SUBMISSION]), VALUES, max_size=4), key=st.text(max_size=20))
def test_no_value_makes_it_fail_otherwise_than_by_naming_fields(changes: dict[str, Any], key: str) -> None:
    named: set[str] = set()
    try:
        assert read_submission(SUBMISSION | changes, key, lambda gateway, service_code: "SN").key == key
    except Invalid as refused:
        named = set(refused.fields)
    assert named <= set(SUBMISSION)


def faults(**changes: Any) -> dict[str, list[str]]:
    key = changes["session_id"] if isinstance(changes.get("session_id"), str) else "SM0123"
    with pytest.raises(Invalid) as refused:
        read(key, **changes)
    return refused.value.fields


_VALUES = st.one_of(
    st.sampled_from(
        [*SUBMISSION.values(), MISSING, None, "", 1, 2, 0, True, 1.0, [], {}, {"a": 1}, {"é": ""}, "x" * 600]
    ),
    st.text(max_size=8),
)


@given(st.dictionaries(st.sampled_from([*SUBMISSION, "other"]), _VALUES, max_size=4))
def test_a_body_is_read_as_marshmallow_reads_it(changes: dict[str, Any]) -> None:
    body = {name: value for name, value in (SUBMISSION | changes).items() if value is not MISSING}
    schema = SubmissionSchema(unknown=EXCLUDE)
    faults = schema.validate(body)
    if faults:
        with pytest.raises(Invalid) as ours:
            load(body)
        assert ours.value.fields == faults
    else:
        assert load(body) == schema.load(body)
