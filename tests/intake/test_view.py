"""The matrix of the signed webhook, as far as a test client shows it; test_sockets.py has the rest."""

from __future__ import annotations

import json
import logging
import threading
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bridge.intake.view import MAX_BODY
from bridge.signature import sign
from bridge.store import Store
from tests.intake.conftest import application
from tests.intake.signing import NOW, OTHER, SECRET, SUBMISSION, body, headers, secret_text
from tests.store.samples import deliveries, rows

URL = "/v1/submissions"


def post(client: FlaskClient, raw: bytes, given: dict[str, str] | None = None, **changed: str) -> TestResponse:
    sent = (headers(raw) if given is None else given) | {
        name.replace("_", "-"): value for name, value in changed.items()
    }
    return client.post(URL, data=raw, headers=sent)


def assert_problem(answer: TestResponse, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    told: dict[str, Any] = json.loads(answer.data)
    assert told["status"] == status
    assert set(told) == {"type", "title", "status", "detail"} | ({"fields"} if status == 422 else set())
    return told


def test_a_signed_submission_is_kept_and_answered_with_its_reference(client: FlaskClient, kept: Store) -> None:
    answer = post(client, body())
    assert answer.status_code == 202
    assert answer.content_type == "application/json"
    assert json.loads(answer.data) == {"reference": rows(kept)[0].reference, "status": "accepted"}
    stored = kept.submission(json.loads(answer.data)["reference"])
    assert stored is not None
    assert stored.submission is not None
    assert stored.submission.answers == SUBMISSION["answers"]


def test_the_same_again_gets_the_same_reference_and_makes_nothing_new(client: FlaskClient, kept: Store) -> None:
    first = post(client, body())
    again = [post(client, body()), post(client, body(), headers(body(), at=NOW - 300))]
    assert (first.status_code, [answer.status_code for answer in again]) == (202, [200, 200])
    assert {answer.data for answer in again} == {first.data}
    assert (len(rows(kept)), len(deliveries(kept))) == (1, 1)


def test_the_same_at_once_from_many_threads_is_one(kept: Store) -> None:
    app = application(kept)
    answers: list[TestResponse] = []
    together = threading.Barrier(8)

    def send() -> None:
        together.wait(10)
        answers.append(post(app.test_client(), body()))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [202]
    assert len({answer.data for answer in answers}) == 1
    assert (len(rows(kept)), len(deliveries(kept))) == (1, 1)


def test_another_body_under_a_known_id_is_a_conflict_and_makes_nothing(
    client: FlaskClient, kept: Store, caplog: pytest.LogCaptureFixture
) -> None:
    assert post(client, body()).status_code == 202
    with caplog.at_level(logging.INFO):
        assert_problem(post(client, body(caller="+221770000002")), 409)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert len(rows(kept)) == 1


def test_a_partial_and_its_complete_submission_share_a_reference(client: FlaskClient, kept: Store) -> None:
    partial = body(complete=False, answers={"location": "dakar"})
    first = post(client, partial, headers(partial, key="SM0123_p"))
    second = post(client, body())
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.data == second.data
    assert len(rows(kept)) == 2


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(body(answers={"note": "🆘 aide 👩‍👩‍👧 ça va"}), id="emoji as they are"),
        pytest.param(json.dumps(SUBMISSION | {"answers": {"note": "🆘 ça"}}).encode(), id="emoji escaped"),
        pytest.param(json.dumps(SUBMISSION, indent=2).replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(json.dumps(SUBMISSION, indent=2).encode(), id="LF"),
        pytest.param(body() + b"\n", id="trailing newline"),
        pytest.param(json.dumps(dict(reversed(SUBMISSION.items()))).encode(), id="other key order"),
        pytest.param(body(padding="x" * (MAX_BODY - len(body()) - len(', "padding": ""'))), id="as large as may be"),
    ],
)
def test_the_raw_bytes_are_what_is_signed(client: FlaskClient, raw: bytes) -> None:
    assert post(client, raw).status_code == 202
    assert_problem(post(client, raw + b" ", headers(raw)), 413 if len(raw) == MAX_BODY else 401)


SIGNATURE = sign(SECRET, "SM0123", NOW, body())


@pytest.mark.parametrize(
    "changed",
    [
        *(pytest.param({f"webhook-{name}": ""}, id=f"empty {name}") for name in ("id", "timestamp", "signature")),
        pytest.param({"webhook-id": "SM0124"}, id="id changed"),
        pytest.param({"webhook-id": "SM0123,SM0123"}, id="id twice"),
        pytest.param({"webhook-timestamp": str(NOW - 1)}, id="timestamp changed"),
        pytest.param({"webhook-timestamp": f"{NOW},{NOW}"}, id="timestamp twice"),
        pytest.param({"webhook-timestamp": f"0{NOW}"}, id="timestamp in other words"),
        pytest.param(headers(body(), at=NOW - 301), id="301 s old"),
        pytest.param(headers(body(), at=NOW + 301), id="301 s ahead"),
        pytest.param(headers(body(), secret=OTHER), id="unknown secret"),
        pytest.param(headers(body() + b" "), id="another body"),
        pytest.param({"webhook-signature": "v1,"}, id="nothing behind v1"),
        pytest.param({"webhook-signature": SIGNATURE[:-1]}, id="one character less"),
        pytest.param({"webhook-signature": SIGNATURE + "="}, id="one character more"),
        pytest.param({"webhook-signature": SIGNATURE[3:]}, id="no version"),
        pytest.param({"webhook-signature": "v1a" + SIGNATURE[2:]}, id="another version"),
        pytest.param({"webhook-signature": f"{SIGNATURE},{SIGNATURE}"}, id="signature twice"),
        pytest.param({"webhook-signature": f"{SIGNATURE}  {SIGNATURE}"}, id="two spaces"),
        pytest.param({"webhook-signature": "é" * 20}, id="not ASCII"),
        pytest.param({"webhook-signature": "v1," + "A" * 10_000}, id="10 kB"),
        pytest.param({"webhook-signature": secret_text("first")}, id="the secret itself"),
    ],
)
def test_whatever_is_wrong_with_a_signature_the_answer_is_one_constant_401(
    client: FlaskClient, kept: Store, changed: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    constant = post(client, body(), {"content-type": "application/json"})
    with caplog.at_level(logging.DEBUG):
        answer = post(client, body(), headers(body()) | changed)
    assert_problem(answer, 401)
    assert (answer.data, list(answer.headers)) == (constant.data, list(constant.headers))
    assert SIGNATURE not in caplog.text
    assert "SM012" not in caplog.text
    assert rows(kept) == []


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_signature_header_is_refused(client: FlaskClient, missing: str) -> None:
    given = {name: value for name, value in headers(body()).items() if name != missing}
    assert_problem(post(client, body(), given), 401)


def test_header_names_are_taken_in_any_case(client: FlaskClient) -> None:
    assert post(client, body(), {name.upper(): value for name, value in headers(body()).items()}).status_code == 202


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        pytest.param(b"  ", 400, id="spaces"),
        pytest.param(b"SECRET", 400, id="no JSON"),
        pytest.param(b"\xff\xfe\x00", 400, id="no text"),
        pytest.param(b"\xef\xbb\xbf" + body(), 400, id="byte order mark"),
        pytest.param(b"[" * 9000, 400, id="nested deep"),
        pytest.param(b'{"SECRET":1,"SECRET":1}', 400, id="a key twice"),
        pytest.param(b'{"SECRET":NaN}', 400, id="NaN"),
        pytest.param(b'["SECRET"]', 422, id="no object"),
        pytest.param(b'{"SECRET":"SECRET"}', 422, id="nothing that we know"),
        pytest.param(body(version=2), 422, id="another version"),
        pytest.param(body(session_id="SM0124"), 422, id="another session than the id"),
        pytest.param(body(answers={"SECRET ": "x"}, caller={"SECRET": 1}), 422, id="wrong fields"),
    ],
)
def test_a_signed_body_that_is_wrong_is_refused_without_repeating_it(
    client: FlaskClient, kept: Store, raw: bytes, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = post(client, raw)
    assert_problem(answer, status)
    assert b"SECRET" not in answer.data
    assert "SECRET" not in caplog.text
    assert rows(kept) == []


def test_every_faulty_field_is_named(client: FlaskClient) -> None:
    raw = body(version=2, caller=None, answers=[])
    assert list(assert_problem(post(client, raw), 422)["fields"]) == ["answers", "caller", "version"]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        pytest.param({"content_type": "application/json; charset=utf-8"}, 202, id="charset said"),
        pytest.param({"content_type": "Application/JSON;charset=UTF-8"}, 202, id="in capitals"),
        pytest.param({"content_type": "application/json; charset=latin-1"}, 415, id="another charset"),
        pytest.param({"content_type": "text/plain"}, 415, id="text"),
        pytest.param({"content_type": "application/x-www-form-urlencoded"}, 415, id="a form"),
        pytest.param({"content_type": "multipart/form-data; boundary=x"}, 415, id="a multipart form"),
        pytest.param({"content_type": "application/jsonx"}, 415, id="nearly"),
        pytest.param({"content_type": ""}, 415, id="no type"),
        pytest.param({"content_encoding": "identity"}, 202, id="identity said"),
        pytest.param({"content_encoding": "gzip"}, 415, id="gzip"),
        pytest.param({"content_encoding": "br, gzip"}, 415, id="two encodings"),
        pytest.param({"transfer_encoding": "chunked"}, 411, id="chunked"),
        pytest.param({"content_length": ""}, 411, id="no length"),
        pytest.param({"content_length": "-1"}, 411, id="negative length"),
        pytest.param({"content_length": "1e3"}, 411, id="no number"),
        pytest.param({"content_length": "٣٠٠"}, 411, id="other digits"),
        pytest.param({"content_length": str(MAX_BODY + 1)}, 413, id="too long by one"),
        pytest.param({"content_length": "9" * 400}, 413, id="a very long number"),
        pytest.param({"content_length": "100"}, 401, id="shorter than the body"),
        pytest.param({"content_length": "9999"}, 400, id="longer than the body"),
    ],
)
def test_length_and_type_are_checked_before_anything_is_read(
    client: FlaskClient, kept: Store, changed: dict[str, str], status: int
) -> None:
    environ = {f"HTTP_{name.upper()}".replace("HTTP_CONTENT_T", "CONTENT_T"): value for name, value in changed.items()}
    if "content_length" in changed:
        environ = {"CONTENT_LENGTH": changed["content_length"]}
    answer = client.post(URL, data=body(), headers=headers(body()), environ_overrides=environ)
    assert len(rows(kept)) == (1 if status == 202 else 0)
    assert answer.status_code == status
    if status != 202:
        assert_problem(answer, status)


def test_a_body_shorter_than_its_length_is_refused_where_the_server_says_that_it_ended(client: FlaskClient) -> None:
    environ = {"CONTENT_LENGTH": "9999", "wsgi.input_terminated": True}
    assert_problem(client.post(URL, data=body(), headers=headers(body()), environ_overrides=environ), 400)


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        pytest.param(["length", "type", "signature", "json"], 411, id="length first"),
        pytest.param(["size", "type", "signature", "json"], 413, id="then size"),
        pytest.param(["type", "signature", "json"], 415, id="then type"),
        pytest.param(["signature", "json"], 401, id="then the signature"),
        pytest.param(["json"], 400, id="then JSON"),
    ],
)
def test_the_first_thing_wrong_decides(client: FlaskClient, wrong: list[str], status: int) -> None:
    raw = b"{" * (MAX_BODY + 1 if "size" in wrong else 1)
    given = headers(raw, secret=OTHER if "signature" in wrong else SECRET)
    given["content-type"] = "text/html" if "type" in wrong else "application/json"
    environ = {"CONTENT_LENGTH": ""} if "length" in wrong else {}
    assert_problem(client.post(URL, data=raw, headers=given, environ_overrides=environ), status)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_another_method_is_refused_with_the_one_that_is_taken(client: FlaskClient, kept: Store, method: str) -> None:
    answer = client.open(URL, method=method, data=body(), headers=headers(body()))
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert answer.content_type == "application/problem+json"
    assert rows(kept) == []


class Torn(BytesIO):
    """A body whose sender is gone, as a server tells it that hands out its socket."""

    def read(self, size: int | None = -1) -> bytes:
        raise ConnectionResetError


def test_a_sender_who_is_gone_is_no_fault_of_ours(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    answer = client.post(URL, headers=headers(body()), data=body(), environ_overrides={"wsgi.input": Torn()})
    assert_problem(answer, 400)
    assert "event=unexpected" not in caplog.text


def test_an_address_with_a_slash_too_many_before_it_is_the_same_address(client: FlaskClient) -> None:
    answer = client.post(URL, data=body(), headers=headers(body()), environ_overrides={"PATH_INFO": f"/{URL}"})
    assert answer.status_code == 202


def test_what_cannot_be_kept_now_is_to_be_sent_again(kept: Store) -> None:
    kept.close()
    answer = post(application(kept).test_client(), body())
    assert_problem(answer, 503)
    assert int(answer.headers["Retry-After"]) > 0


def test_nothing_of_a_caller_is_logged_on_the_way_in(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    raw = body(caller="+221770099999", answers={"note": "MARKER-ANSWER"})
    with caplog.at_level(logging.DEBUG):
        assert post(client, raw).status_code == 202
    for marker in ("770099999", "MARKER-ANSWER", "SM0123", secret_text("first"), headers(raw)["webhook-signature"]):
        assert marker not in caplog.text
