"""The signatures' half of the matrix against the running server: what it is sent and what it answers, over a socket.

The other half, HTTP itself, is in tests/intake/test_sockets.py; each spelling of a header is in tests/vectors.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from itertools import count

import pytest

from bridge.signature import Secret, sign
from tests.intake.signing import SUBMISSION, secret_text
from tests.intake.sockets import Answer, exchange
from tests.servers import Server, running, settings

OLD, NEW, GONE = (Secret.parse(secret_text(seed), "TEST") for seed in ("first", "second", "third"))
MARKER = "MARKER-WORD"
NUMBERS = count()


@dataclass(frozen=True)
class Sent:
    """One signed submission, before and after a case has changed it. `lines` replaces header lines; None drops one."""

    raw: bytes
    key: str
    at: int
    line: str = "POST /v1/submissions HTTP/1.1"
    secrets: tuple[Secret, ...] = (OLD,)
    lines: dict[str, str | None] = field(default_factory=dict)

    @property
    def signature(self) -> str:
        return " ".join(sign(secret, self.key, self.at, self.raw) for secret in self.secrets)

    def headers(self, **lines: str | None) -> Sent:
        """With these header lines, signed as it is now."""
        return replace(self, lines={name.replace("_", "-"): value for name, value in lines.items()})

    def wire(self) -> bytes:
        given = {
            "host": "test",
            "content-type": "application/json",
            "content-length": str(len(self.raw)),
            "webhook-id": self.key,
            "webhook-timestamp": str(self.at),
            "webhook-signature": self.signature,
            "connection": "close",
            **self.lines,
        }
        head = [self.line, *(f"{name}: {value}" for name, value in given.items() if value is not None), "", ""]
        return "\r\n".join(head).encode("latin-1") + self.raw


def fresh() -> Sent:
    """A good one that was never sent before, with a word in it that must come back nowhere."""
    key = f"SM-matrix-{next(NUMBERS)}"
    body = SUBMISSION | {"session_id": key, "answers": {"note": MARKER}}
    return Sent(json.dumps(body, ensure_ascii=False).encode(), key, int(time.time()))


def written(sent: Sent, **changes: object) -> Sent:
    """With another body, signed as such."""
    return replace(sent, raw=json.dumps(json.loads(sent.raw) | changes, ensure_ascii=False).encode())


def reordered(sent: Sent) -> Sent:
    return replace(sent, raw=json.dumps(dict(reversed(json.loads(sent.raw).items()))).encode())


def in_lines(sent: Sent, end: str) -> Sent:
    return replace(sent, raw=json.dumps(json.loads(sent.raw), indent=1).replace("\n", end).encode())


def many(sent: Sent, last: str) -> Sent:
    return sent.headers(webhook_signature=" ".join([*["v1," + "A" * 43 + "="] * 9, last]))


def then_changed(sent: Sent, **change: object) -> Sent:
    """What arrives differs from what was signed."""
    return replace(sent.headers(webhook_signature=sent.signature), **change)  # type: ignore[arg-type]


def shouted(sent: Sent) -> Sent:
    """With the names of its headers in other letters."""
    loud = {"WEBHOOK-ID": sent.key, "Webhook-TimeStamp": str(sent.at), "WebHook-Signature": sent.signature}
    return replace(sent, lines={**{name.lower(): None for name in loud}, **loud})


Case = Callable[[Sent], Sent]

TAKEN: dict[str, Case] = {
    "valid": lambda sent: sent,
    "signed with the old secret": lambda sent: replace(sent, secrets=(OLD,)),
    "signed with the new secret": lambda sent: replace(sent, secrets=(NEW,)),
    "signed with both": lambda sent: replace(sent, secrets=(NEW, OLD)),
    "signed with one that is gone and one that is not": lambda sent: replace(sent, secrets=(GONE, NEW)),
    "ten signatures, one good": lambda sent: many(sent, sent.signature),
    "an unknown version and a good one": lambda sent: sent.headers(webhook_signature=f"v2,AAAA {sent.signature}"),
    "nearly 5 minutes old": lambda sent: replace(sent, at=sent.at - 290),
    "nearly 5 minutes ahead": lambda sent: replace(sent, at=sent.at + 290),
    "spaces around the timestamp": lambda sent: sent.headers(webhook_timestamp=f"  {sent.at}  "),  # HTTP's, not ours
    "header names in other letters": shouted,
    "emoji": lambda sent: written(sent, answers={"note": "🆘 ça va 👩‍👩‍👧"}),
    "CRLF in the body": lambda sent: in_lines(sent, "\r\n"),
    "LF in the body": lambda sent: in_lines(sent, "\n"),
    "another order of keys": reordered,
    "a newline behind": lambda sent: replace(sent, raw=sent.raw + b"\n"),
    "keys that nobody knows": lambda sent: written(sent, more={"a": [1]}),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A bridge in the middle of a rotation."""
    folder = tmp_path_factory.mktemp("matrix")
    with running(folder, settings(folder, f"{secret_text('second')},{secret_text('first')}")) as started:
        yield started


def asked(server: Server, sent: Sent) -> Answer:
    answer = exchange(server.port, sent.wire())
    assert answer is not None
    return answer


@pytest.mark.parametrize("case", TAKEN.values(), ids=TAKEN)
def test_what_is_signed_by_us_is_taken_once(server: Server, case: Case) -> None:
    sent = case(fresh())
    first, again = asked(server, sent), asked(server, sent)
    assert (first.status, again.status) == (202, 200)
    assert first.body == again.body


def stamped(text: str) -> Case:
    return lambda sent: sent.headers(webhook_timestamp=text)


def by(method: str) -> Case:
    return lambda sent: replace(sent, line=f"{method} /v1/submissions HTTP/1.1")


NOT_AUTHENTIC: dict[str, Case] = {
    "no id": lambda sent: sent.headers(webhook_id=None),
    "no timestamp": lambda sent: sent.headers(webhook_timestamp=None),
    "no signature": lambda sent: sent.headers(webhook_signature=None),
    "nothing at all": lambda sent: sent.headers(webhook_id=None, webhook_timestamp=None, webhook_signature=None),
    "an empty id": lambda sent: sent.headers(webhook_id=""),
    "an empty timestamp": lambda sent: sent.headers(webhook_timestamp=""),
    "an empty signature": lambda sent: sent.headers(webhook_signature=""),
    "a secret of nobody": lambda sent: replace(sent, secrets=(GONE,)),
    "a body changed by one byte": lambda sent: then_changed(sent, raw=sent.raw.replace(b"dakar", b"Dakar") + b" "),
    "an id changed": lambda sent: then_changed(sent, key=sent.key + "x"),
    "a timestamp changed": lambda sent: then_changed(sent, at=sent.at - 1),
    "v1 and nothing behind it": lambda sent: sent.headers(webhook_signature="v1,"),
    "only the beginning of the right one": lambda sent: sent.headers(webhook_signature=sent.signature[:20]),
    "the right one without its padding": lambda sent: sent.headers(webhook_signature=sent.signature.rstrip("=")),
    "no comma": lambda sent: sent.headers(webhook_signature=sent.signature.replace(",", "")),
    "two commas": lambda sent: sent.headers(webhook_signature=sent.signature.replace(",", ",,")),
    "two spaces between two": lambda sent: sent.headers(webhook_signature=f"{sent.signature}  {sent.signature}"),
    "no base64": lambda sent: sent.headers(webhook_signature="v1,!!!not base64!!!"),
    "no ASCII": lambda sent: sent.headers(webhook_signature="v1,\xe9\xff"),
    "10 kB of signature": lambda sent: sent.headers(webhook_signature="v1," + "A" * 10_000),
    "version 0": lambda sent: sent.headers(webhook_signature="v0" + sent.signature[2:]),
    "version 2": lambda sent: sent.headers(webhook_signature="v2" + sent.signature[2:]),
    "version 1a": lambda sent: sent.headers(webhook_signature="v1a" + sent.signature[2:]),
    "ten signatures, none good": lambda sent: many(sent, "v1," + "B" * 43 + "="),
    "eleven signatures, the last one good": lambda sent: many(sent, f"v1,{'B' * 43}= {sent.signature}"),
    "6 minutes old": lambda sent: replace(sent, at=sent.at - 360),
    "6 minutes ahead": lambda sent: replace(sent, at=sent.at + 360),
    **{
        f"the timestamp {text!r}": stamped(text)
        for text in ("hello", "1795000000.5", "-1795000000", "9" * 40, "NaN", "17950 00000", "1_795_000_000", "1.7e9")
    },
    "the secret itself": lambda sent: sent.headers(webhook_signature=secret_text("first")),
}


@pytest.mark.parametrize("case", NOT_AUTHENTIC.values(), ids=NOT_AUTHENTIC)
def test_what_is_not_signed_by_us_is_one_constant_401_and_keeps_nothing(server: Server, case: Case) -> None:
    good = fresh()
    refused, bare = asked(server, case(good)), asked(server, good.headers(webhook_signature=None))
    assert refused.status == 401
    assert (refused.body, sorted(refused.headers)) == (bare.body, sorted(bare.headers))
    assert asked(server, good).status == 202


WRONG: dict[str, tuple[Case, int]] = {
    "no JSON": (lambda sent: replace(sent, raw=b"MARKER-WORD"), 400),
    "no text": (lambda sent: replace(sent, raw=b"\xff\xfeMARKER-WORD"), 400),
    "a byte order mark": (lambda sent: replace(sent, raw=b"\xef\xbb\xbf" + sent.raw), 400),
    "no object": (lambda sent: replace(sent, raw=b'["MARKER-WORD"]'), 422),
    "a field of the wrong kind": (lambda sent: written(sent, complete=MARKER), 422),
    "another session than the id": (lambda sent: written(sent, session_id=MARKER), 422),
    "text for a type": (lambda sent: sent.headers(content_type="text/plain"), 415),
    "a form": (lambda sent: sent.headers(content_type="application/x-www-form-urlencoded"), 415),
    "no type": (lambda sent: sent.headers(content_type=None), 415),
    "compressed": (lambda sent: sent.headers(content_encoding="gzip"), 415),
    **{method: (by(method), 405) for method in ("GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")},
}


@pytest.mark.parametrize(("case", "status"), WRONG.values(), ids=WRONG)
def test_what_is_signed_and_wrong_is_refused_without_repeating_it(server: Server, case: Case, status: int) -> None:
    good = fresh()
    answer = asked(server, case(good))
    assert answer.status == status
    assert MARKER.encode() not in answer.body
    assert asked(server, good).status == 202


def test_head_is_refused(server: Server) -> None:
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=30)) as connection:
        connection.request("HEAD", "/v1/submissions")
        answer = connection.getresponse()
    assert (answer.status, answer.headers["Allow"], answer.read()) == (405, "POST", b"")


def test_another_body_under_a_known_id_is_a_conflict_that_somebody_is_told_of(server: Server) -> None:
    first = fresh()
    other = written(first, caller="+221770000009")
    statuses = [asked(server, sent).status for sent in (first, other, first)]
    assert statuses == [202, 409, 200]
    assert any(" WARNING " in line and "status=409" in line for line in server.logged().splitlines())


def test_nothing_of_what_was_sent_stands_in_the_log(server: Server) -> None:
    sent = fresh()
    asked(server, sent)
    asked(server, sent.headers(webhook_signature=sent.signature[:-4]))
    logged = server.logged()
    assert "event=refused" in logged
    for word in (MARKER, "770000001", sent.key, sent.signature, sent.signature[3:-4], secret_text("first")):
        assert word not in logged
