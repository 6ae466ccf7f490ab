"""The body of a signed submission: its fields and bounds, and what it becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from marshmallow import Schema, ValidationError, missing

from bridge.e164 import read_number
from bridge.errors import Invalid
from bridge.intake.fields import Answers, Bool, Text, Time, Version
from bridge.submission import Submission

MAX_ANSWERS = 50  # questions of one dialling; a session lasts three minutes
MAX_ANSWER = 500  # characters of one answer; one USSD input has at most 182
PARTIAL = "_p"  # what the id of a partial submission ends with

CODE = "[A-Za-z0-9_-]+"
_CODE = (CODE, "letters, digits, _ and -")

Country = Callable[[str, str], str | None]


class SubmissionSchema(Schema):
    """Unknown keys are ignored; unknown questions, answers and menus are kept: an old script sends them."""

    version = Version(required=True)
    gateway = Text(32, *_CODE, required=True)
    session_id = Text(126, *_CODE, required=True)
    service_code = Text(64, required=True)
    caller = Text(64, required=True)
    menu = Text(64, *_CODE, required=True)
    menu_version = Text(64, required=True)
    language = Text(35, *_CODE, required=True)
    answers = Answers(MAX_ANSWERS, MAX_ANSWER, required=True)
    complete = Bool(required=True)
    simulated = Bool(load_default=False)
    started_at = Time(load_default=None, allow_none=True)
    submitted_at = Time(load_default=None, allow_none=True)


FIELDS = tuple(SubmissionSchema().fields.items())


def read_submission(body: Any, key: str, country: Country) -> Submission:
    """The submission in a JSON value; Invalid names every faulty field. `key` is its `webhook-id`."""
    return submission_of(load(body), key, country)


def submission_of(found: Mapping[str, Any], key: str, country: Country) -> Submission:
    """The same for fields that were found to be right."""
    _refuse_other_id(key, found["session_id"], found["complete"])
    gateway, service_code = found["gateway"], found["service_code"].strip()
    return Submission(
        key=key,
        session=found["session_id"],
        gateway=gateway,
        service_code=service_code,
        caller=read_number(found["caller"], country(gateway, service_code)),
        caller_as_received=found["caller"],
        menu=found["menu"],
        menu_version=found["menu_version"],
        language=found["language"],
        answers=found["answers"],
        complete=found["complete"],
        simulated=found["simulated"],
        started_at=found["started_at"],
        submitted_at=found["submitted_at"],
    )


def load(body: Any) -> dict[str, Any]:
    """The fields of a JSON value; Invalid names every faulty one.

    What marshmallow's `Schema.load` gives, in half its time; it has more to look after than a flat object.
    """
    if not isinstance(body, dict):
        raise Invalid({"body": ["must be a JSON object"]})
    found: dict[str, Any] = {}
    faults: dict[str, list[str]] = {}
    for name, field in FIELDS:
        try:
            found[name] = field.deserialize(body.get(name, missing))
        except ValidationError as fault:
            faults[name] = cast("list[str]", fault.messages)
    if faults:
        raise Invalid(faults)
    return found


def _refuse_other_id(key: str, session_id: str, complete: bool) -> None:
    """The id is `<session>` when complete, `<session>_p` when partial; so no session id may end in `_p`."""
    if session_id.endswith(PARTIAL) or key != (session_id if complete else session_id + PARTIAL):
        raise Invalid({"session_id": ["must be the webhook-id, which has _p behind it only where complete is false"]})
