"""What a service may answer over HTTP, sound and unsound, byte by byte."""

from __future__ import annotations

import pytest

from bridge.inquiry import Found
from tests.lookup.conftest import Ask
from tests.lookup.services import NEVER, TEXT, Raw, chunks, inquiry, response, says, says_and_closes

SOUND = {
    "words": (response(TEXT), Found("12 500 CFA")),
    "words by language": (response('{"text":{"en":"Yes","fr":"Déjà"}}'.encode()), Found("Déjà")),
    "a value": (response(b'{"value":"paid"}'), Found(value="paid")),
    "in chunks": (chunks(TEXT[:5], TEXT[5:]), Found("12 500 CFA")),
    "with its charset": (response(TEXT, "200 OK", "application/json; charset=UTF-8"), Found("12 500 CFA")),
    "as large as may be": (response(b'{"text":"x"}'.ljust(2048)), Found("x")),
    "after an interim answer": (b"HTTP/1.1 100 Continue\r\n\r\n" + response(TEXT), Found("12 500 CFA")),
}


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_answer_is_taken(asking: Ask, name: str) -> None:
    content, found = SOUND[name]
    with Raw(says(content)).running() as url:
        lookups = asking(url)
        assert lookups(inquiry(), NEVER) == found
    assert lookups.counts == {"found": 1}


BROKEN = {
    "not there": (response(TEXT, "404 Not Found"), "status_404"),
    "broken": (response(TEXT, "500 Internal Server Error"), "status_500"),
    "busy": (response(TEXT, "503 Service Unavailable"), "status_503"),
    "another success": (response(TEXT, "201 Created"), "status_201"),
    "no content": (response(b"", "204 No Content"), "status_204"),
    "elsewhere": (response(TEXT, "302 Found", "application/json", "Location: http://127.0.0.1:1/"), "status_302"),
    "elsewhere, the same way": (
        response(TEXT, "307 Temporary Redirect", "application/json", "Location: /other"),
        "status_307",
    ),
    "a page": (response(b"<h1>12 500 CFA</h1>", "200 OK", "text/html"), "not_json"),
    "plain words": (response(TEXT, "200 OK", "text/plain"), "not_json"),
    "no kind": (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "not_json"),
    "Latin-1 by its charset": (response(TEXT, "200 OK", "application/json; charset=latin-1"), "not_json"),
    "Latin-1 by its bytes": (response('{"text":"Déjà"}'.encode("latin-1")), "not_json"),
    "packed": (response(TEXT, "200 OK", "application/json", "Content-Encoding: gzip"), "not_json"),
    "empty": (response(b""), "not_json"),
    "a head without end": (b"HTTP/1.1 200 OK\r\nContent-Type: application/json", "not_json"),
    "half": (response(TEXT[:-3]), "not_json"),
    "very deep": (response(b"[" * 2000), "not_json"),
    "too large by a byte": (response(b'{"text":"x"}'.ljust(2049)), "too_large"),
    "huge": (response(b'{"text":"' + b"x" * 3_000_000 + b'"}'), "too_large"),
    "huge in chunks": (chunks(b'{"text":"', *[b"x" * 100_000] * 30, b'"}'), "too_large"),
    "a list": (response(b'["12 500 CFA"]'), "malformed"),
    "both": (response(b'{"text":"x","value":"y"}'), "malformed"),
    "control characters": (response(b'{"text":"12\\u0000 500"}'), "malformed"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_unsound_answer_is_a_look_up_that_failed(asking: Ask, name: str) -> None:
    content, outcome = BROKEN[name]
    service = Raw(says_and_closes(content))
    with service.running() as url:
        lookups = asking(url)
        assert lookups(inquiry(), NEVER) is None
    assert lookups.counts == {outcome: 1}
    assert len(service.requests) == 1


CUT_OFF = {
    "closes at once": b"",
    "no HTTP": b"12 500 CFA\r\n\r\n",
    "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n",
    "fewer bytes than promised": response(TEXT)[:-5],
    "a chunk without end": chunks(TEXT)[:-12],
    "a line without end": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000,
    "more lines than any": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
    "a number that is none": b"HTTP/1.1 two hundred\r\n\r\n",
}


@pytest.mark.parametrize("name", CUT_OFF)
def test_a_connection_that_breaks_is_a_look_up_that_failed(asking: Ask, name: str) -> None:
    with Raw(says_and_closes(CUT_OFF[name])).running() as url:
        lookups = asking(url)
        assert lookups(inquiry(), NEVER) is None
    assert lookups.counts == {"unreachable": 1}
