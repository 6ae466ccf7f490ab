"""`POST /v1/submissions` in the words of OpenAPI 3.1. Bounds come from the code that checks them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from bridge import signature
from bridge.intake.fields import ANSWER, Answers, Bool, Text, Time, Version
from bridge.intake.schema import SubmissionSchema
from bridge.intake.view import MAX_BODY
from bridge.problem import DETAILS, MEDIA_TYPE

_REFUSALS = (400, 401, 409, 411, 413, 415, 422, 500, 503)

_HEADERS: dict[str, tuple[str, dict[str, Any]]] = {
    "webhook-id": (
        "The session's id, the same on every retry; `_p` stands behind it on a partial submission.",
        {"type": "string", "pattern": f"^[A-Za-z0-9_-]{{1,{signature.MAX_ID}}}$"},
    ),
    "webhook-timestamp": (
        f"Seconds since 1970 of this attempt; at most {signature.TOLERANCE} from our clock.",
        {"type": "string", "pattern": "^[0-9]{1,12}$"},
    ),
    "webhook-signature": (
        "`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`; several, with one space between them.",
        {"type": "string", "maxLength": signature.MAX_HEADER},
    ),
}

_REFERENCE = {"type": "string", "minLength": 1, "maxLength": 8, "description": "For reading aloud."}
_ACCEPTED = {
    "type": "object",
    "required": ["reference", "status"],
    "properties": {"reference": _REFERENCE, "status": {"const": "accepted"}},
}
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457. Constant words; nothing that was sent.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"const": "about:blank"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "fields": {
            "type": "object",
            "description": "Of a 422: each faulty field with its reasons.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}


def paths() -> dict[str, Any]:
    """The `paths` of this part. Made anew on each call, so that a caller may add to it."""
    return {
        "/v1/submissions": {
            "post": {
                "operationId": "submit",
                "summary": "Hand in the answers of one session",
                "description": (
                    f"At most {MAX_BODY} bytes, signed as Standard Webhooks 1.0, with Content-Length. "
                    "A 2xx means that it is on disk."
                ),
                "parameters": [_header(name, *about) for name, about in _HEADERS.items()],
                "requestBody": {"required": True, "content": {"application/json": {"schema": _body()}}},
                "responses": _responses(),
            }
        }
    }


def _header(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": True, "description": description, "schema": schema}


def _body() -> dict[str, Any]:
    known = SubmissionSchema().fields
    return {
        "type": "object",
        "description": "Other keys are ignored; a key that stands twice is refused.",
        "required": [name for name, field in known.items() if field.required],
        "properties": {name: _property(field) for name, field in known.items()},
    }


def _property(field: fields.Field[Any]) -> dict[str, Any]:
    match field:
        case Version():
            return {"const": 1}
        case Bool():
            return {"type": "boolean"}
        case Time():
            return {"type": ["string", "null"], "format": "date-time"}
        case Answers():
            return _answers(field)
        case Text():
            return _text(field)
    raise NotImplementedError(type(field).__name__)


def _text(field: Text) -> dict[str, Any]:
    pattern = f"^{field.shape.pattern}$"
    return {"type": "string", "maxLength": field.longest, "pattern": pattern, "description": field.fault}


def _answers(field: Answers) -> dict[str, Any]:
    return {
        "type": "object",
        "description": "Raw codes by question, in the order given; what the menu does not know is kept.",
        "maxProperties": field.most,
        "propertyNames": {"pattern": "^[A-Za-z0-9_]{1,64}$"},
        "additionalProperties": {"type": "string", "maxLength": field.longest, "pattern": f"^{ANSWER}$"},
    }


def _responses() -> dict[str, Any]:
    accepted = {"application/json": {"schema": _ACCEPTED}}
    problem = {MEDIA_TYPE: {"schema": _PROBLEM}}
    found: dict[str, Any] = {
        "202": {"description": "Kept; the caller may be told the reference.", "content": accepted},
        "200": {"description": "Kept before, under the same reference.", "content": accepted},
    }
    found |= {str(status): {"description": DETAILS[status], "content": problem} for status in _REFUSALS}
    found["503"]["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
    return found
