"""Signatures, by the vectors that the script's tests read too: what is authentic, what is stale, what is neither."""

from __future__ import annotations

import base64
import hmac
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from bridge.errors import NotAuthentic, SetupError
from bridge.signature import Headers, Secret, sign, verify
from tests.intake.signing import NOW, OTHER, SECRET, secret_text

VECTORS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "signatures.json").read_text("utf-8")
)


def vectors(which: str) -> list[Any]:
    return [pytest.param(vector, id=vector["label"]) for vector in VECTORS[which]]


def body_of(vector: dict[str, Any]) -> bytes:
    if "body_base64" in vector:
        return base64.b64decode(vector["body_base64"])
    text: str = vector["body"]
    return text.encode()


def accepts(secrets: list[Secret], headers: Headers, body: bytes, now: float) -> bool:
    try:
        verify(secrets, headers, body, now)
    except NotAuthentic:
        return False
    return True


@pytest.mark.parametrize("vector", vectors("signatures"))
def test_a_vector_is_taken_or_refused_as_it_says(vector: dict[str, Any]) -> None:
    secret = Secret.parse(vector["secret"], "TEST")
    headers = Headers(vector["id"], vector["timestamp"], vector["signature"])
    assert accepts([secret], headers, body_of(vector), vector["now"]) is vector["valid"]


@pytest.mark.parametrize("vector", [v for v in vectors("signatures") if v.values[0]["valid"]])
def test_we_sign_as_a_valid_vector_does(vector: dict[str, Any]) -> None:
    secret = Secret.parse(vector["secret"], "TEST")
    made = sign(secret, vector["id"], int(vector["timestamp"]), body_of(vector))
    assert made in vector["signature"].split(" ")


@pytest.mark.parametrize("vector", vectors("hmac"))
def test_a_published_hmac_comes_out_the_same(vector: dict[str, Any]) -> None:
    key, data = bytes.fromhex(vector["key_hex"]), bytes.fromhex(vector["data_hex"])
    assert hmac.digest(key, data, "sha256").hex() == vector["mac_hex"]


def test_labels_of_vectors_are_unique() -> None:
    labels = [vector["label"] for vector in VECTORS["signatures"] + VECTORS["hmac"]]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_every_header_is_needed(missing: int) -> None:
    headers: list[str | None] = ["SM1", str(NOW), sign(SECRET, "SM1", NOW, b"{}")]
    assert accepts([SECRET], Headers(*headers), b"{}", NOW)
    headers[missing] = None
    assert not accepts([SECRET], Headers(*headers), b"{}", NOW)


@pytest.mark.parametrize(
    ("signers", "accepted", "taken"),
    [
        pytest.param([SECRET], [SECRET, OTHER], True, id="old secret while both are accepted"),
        pytest.param([OTHER], [SECRET, OTHER], True, id="new secret while both are accepted"),
        pytest.param([SECRET, OTHER], [OTHER], True, id="sender signs with both"),
        pytest.param([SECRET], [OTHER], False, id="old secret after its removal"),
        pytest.param([SECRET], [], False, id="no secret at all"),
    ],
)
def test_secrets_rotate_without_losing_a_request(signers: list[Secret], accepted: list[Secret], taken: bool) -> None:
    signature = " ".join(sign(secret, "SM1", NOW, b"{}") for secret in signers)
    assert accepts(accepted, Headers("SM1", str(NOW), signature), b"{}", NOW) is taken


def test_ten_signatures_are_looked_at_and_eleven_refused() -> None:
    good, bad = sign(SECRET, "SM1", NOW, b"{}"), sign(OTHER, "SM1", NOW, b"{}")
    assert accepts([SECRET], Headers("SM1", str(NOW), " ".join([bad] * 9 + [good])), b"{}", NOW)
    assert not accepts([SECRET], Headers("SM1", str(NOW), " ".join([bad] * 10 + [good])), b"{}", NOW)
    assert not accepts([SECRET], Headers("SM1", str(NOW), "v2," + "A" * 10_000), b"{}", NOW)


def test_signatures_are_compared_as_bytes_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[object, object]] = []
    real = hmac.compare_digest

    def watched(a: Any, b: Any) -> bool:
        seen.append((a, b))
        return real(a, b)

    monkeypatch.setattr(hmac, "compare_digest", watched)
    verify([SECRET], Headers("SM1", str(NOW), sign(SECRET, "SM1", NOW, b"{}")), b"{}", NOW)
    assert seen
    assert all(isinstance(side, bytes) for pair in seen for side in pair)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("whsec_", id="prefix alone"),
        pytest.param("changeme", id="a word"),
        pytest.param("whsec_changeme", id="a word behind the prefix"),
        pytest.param(secret_text("x").removeprefix("whsec_"), id="without the prefix"),
        pytest.param("whsec_not base64 at all!!" + "A" * 24, id="not base64"),
        pytest.param(secret_text("x")[:20] + "!" + secret_text("x")[20:], id="one character that is not base64"),
        pytest.param(secret_text("x")[:20] + " " + secret_text("x")[20:], id="a space inside"),
        pytest.param("whsec_" + base64.b64encode(bytes(range(23))).decode(), id="23 bytes"),
        pytest.param("whsec_" + base64.b64encode(bytes(range(65))).decode(), id="65 bytes"),
        pytest.param("whsec_" + base64.b64encode(b"A" * 32).decode(), id="one byte repeated"),
        pytest.param("whsec_" + base64.b64encode(b"0123456789" * 3).decode(), id="ten bytes repeated"),
        pytest.param("whsec_" + "é" * 40, id="not ASCII"),
        pytest.param("WHSEC_" + secret_text("x").removeprefix("whsec_"), id="prefix in capitals"),
    ],
)
def test_a_weak_secret_is_refused_with_the_setting_and_the_command_and_without_its_value(text: str) -> None:
    with pytest.raises(SetupError) as refused:
        Secret.parse(text, "TELERIVET_USSD_SECRET")
    assert "TELERIVET_USSD_SECRET" in str(refused.value)
    assert "python -m bridge secret" in str(refused.value)
    assert len(text) < 8 or text not in str(refused.value)


def test_a_secret_shows_its_key_nowhere() -> None:
    assert base64.b64encode(SECRET.key).decode() not in repr(SECRET)
    assert repr(SECRET.key) not in repr(SECRET)


# The public library as oracle, in both directions. It takes the time from the machine's clock.

BODIES = st.binary(max_size=300) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "ignore"))
KEYS = st.binary(min_size=24, max_size=64).filter(lambda key: len(set(key)) >= 12)
IDS = st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True)


def library(secret: Secret) -> Webhook:
    return Webhook("whsec_" + base64.b64encode(secret.key).decode())


def library_accepts(secret: Secret, headers: Headers, body: bytes) -> bool:
    named = {
        "webhook-id": headers.id,
        "webhook-timestamp": headers.timestamp,
        "webhook-signature": headers.signature,
    }
    try:
        library(secret).verify(body, {name: value for name, value in named.items() if value}, json_parse=False)
    except Exception:  # it raises several kinds
        return False
    return True


@given(key=KEYS, id=IDS, body=BODIES.filter(lambda raw: raw.decode("utf-8", "ignore").encode() == raw))
def test_the_library_takes_what_we_sign_and_we_take_what_it_signs(key: bytes, id: str, body: bytes) -> None:
    secret, now = Secret(key), int(time.time())
    made = sign(secret, id, now, body)
    assert made == library(secret).sign(id, datetime.fromtimestamp(now, UTC), body.decode())
    assert library_accepts(secret, Headers(id, str(now), made), body)
    assert verify([secret], Headers(id, str(now), made), body, now) == id


ODD = st.sampled_from(["", " ", ",", "v1,", "v1", "v1a,", "=", "!", "é", "\t", "0", "A", "_", ".", "+", "-"])


@given(
    field=st.integers(0, 2),
    at=st.integers(0, 60),
    cut=st.integers(0, 3),
    put=st.lists(ODD, max_size=3).map("".join),
)
def test_we_never_take_what_the_library_refuses(field: int, at: int, cut: int, put: str) -> None:
    now = int(time.time())
    parts = ["SM0123", str(now), sign(SECRET, "SM0123", now, b"{}")]
    parts[field] = parts[field][:at] + put + parts[field][at + cut :]
    headers = Headers(*parts)
    assume(accepts([SECRET], headers, b"{}", now))
    assert library_accepts(SECRET, headers, b"{}")


@given(id=st.text(max_size=20), timestamp=st.text(max_size=20), signature=st.text(max_size=80), body=BODIES)
def test_no_header_makes_it_fail_otherwise_than_by_refusing(
    id: str, timestamp: str, signature: str, body: bytes
) -> None:
    assert not accepts([SECRET], Headers(id, timestamp, signature), body, NOW)
