"""A body as JSON: what is read, and what is refused before anybody trusts it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import Malformed
from bridge.intake.body import MAX_DEPTH, read_json


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"   ", id="spaces"),
        pytest.param(b"a=1&b=2", id="a form"),
        pytest.param(b'{"a":1', id="cut off"),
        pytest.param(b'{"a":1}}', id="something behind it"),
        pytest.param(b'{"a":1}{"a":1}', id="two values"),
        pytest.param(b"{'a':1}", id="single quotes"),
        pytest.param(b'{"a":1,}', id="comma at the end"),
        pytest.param(b'{"a":1,"a":1}', id="a key twice"),
        pytest.param(b'{"x":{"a":1,"\\u0061":2}}', id="a key twice, once escaped, inside"),
        pytest.param(b'{"a":NaN}', id="NaN"),
        pytest.param(b'{"a":Infinity}', id="Infinity"),
        pytest.param(b'{"a":-Infinity}', id="minus Infinity"),
        pytest.param(b"\xef\xbb\xbf{}", id="byte order mark"),
        pytest.param("{}".encode("utf-16"), id="UTF-16"),
        pytest.param("{}".encode("utf-32"), id="UTF-32"),
        pytest.param(b'{"a":"\xff"}', id="not UTF-8"),
        pytest.param(b'{"a":"\xed\xa0\x80"}', id="a surrogate in UTF-8"),
        pytest.param(b'{"a":"\xc0\x80"}', id="an overlong NUL"),
        pytest.param(b'{"a":"\x00"}', id="a bare NUL in a text"),
        pytest.param(b'{"a":"\n"}', id="a bare line end in a text"),
        pytest.param(b'{"a":' + b"1" * 5000 + b"}", id="a number of 5000 digits"),
        pytest.param(nested(MAX_DEPTH + 1), id="nested too deep by one"),
        pytest.param(nested(8000), id="nested 8000 deep"),
        pytest.param(b"[" * 16_000, id="16000 brackets"),
        pytest.param(b'{"a":' * 3000, id="3000 objects"),
        pytest.param(b'"' + b"[" * 9 + b'"' + nested(9), id="nested behind a text of brackets"),
        pytest.param(b'"' * 16_001, id="16001 quotes"),
        pytest.param(b"[" * 9 + b'"' + b"\\" * 16_000, id="backslashes without end"),
    ],
)
def test_what_is_not_plain_json_is_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        read_json(raw)
    hidden = refused.value.__suppress_context__ or refused.value.__context__ is None
    assert hidden  # a decoder's error, which quotes the body, must not hang on ours


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        pytest.param(b"{}", {}, id="empty object"),
        pytest.param(b'\r\n {"a" : 1}\r\n', {"a": 1}, id="white space around"),
        pytest.param(b"[1]", [1], id="an array: the schema will refuse it"),
        pytest.param('{"é":"🆘"}'.encode(), {"é": "🆘"}, id="UTF-8"),
        pytest.param(
            b'{"a":"[[[[[[[[[[[[[[[[ \\" {{{{{{{{{"}', {"a": '[[[[[[[[[[[[[[[[ " {{{{{{{{{'}, id="brackets in a text"
        ),
        pytest.param(nested(MAX_DEPTH), json.loads(nested(MAX_DEPTH)), id="as deep as may be"),
        pytest.param(b"[" + b",".join([b"{}"] * 50) + b"]", [{}] * 50, id="many brackets, not deep"),
    ],
)
def test_plain_json_is_read(raw: bytes, value: Any) -> None:
    assert read_json(raw) == value


@given(raw=st.binary(max_size=200) | st.text(st.sampled_from('{}[]",:\\ue1 \n'), max_size=60).map(str.encode))
def test_no_bytes_make_it_fail_otherwise_than_by_refusing(raw: bytes) -> None:
    try:
        value = read_json(raw)
    except Malformed:
        return
    assert json.loads(raw) == value


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(value=JSON, ascii_only=st.booleans())
def test_what_json_writes_is_read_back(value: Any, ascii_only: bool) -> None:
    raw = json.dumps(value, ensure_ascii=ascii_only).encode()
    assert read_json(raw) == value
