"""From bytes to requests: however they come in pieces they mean the same, and no bytes break the reader."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bridge.reception.requests import Requests, Unreadable, _variable

HERE = ("127.0.0.1", 8080)
STREAM = (
    b"POST /a%20b?c=d HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\nx-one: 1\r\nx-one: 2\r\n\r\nabc"
    b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"
    b"POST /chunks HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    b"HEAD http://host/path HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 1\r\n\r\nz"
    b"POST /offer HTTP/1.1\r\nconnection: upgrade\r\nupgrade: h2c\r\ncontent-length: 4\r\n\r\n"
    b"wxyzPRI * HTTP/2.0\r\n\r\n"
)
Told = list[tuple[str, str, str, bytes, bool]]


def read(pieces: Sequence[bytes]) -> tuple[Told, int | None]:
    """What came whole, and the status that the rest is refused with."""
    requests, refused = Requests(HERE, "192.0.2.1"), None
    try:
        for piece in pieces:
            requests.feed(piece)
    except Unreadable as unreadable:
        refused = unreadable.status
    told = [
        (
            environ["REQUEST_METHOD"],
            environ["PATH_INFO"],
            environ.get("HTTP_X_ONE", ""),
            environ["wsgi.input"].read(),
            goes_on,
        )
        for environ, goes_on in requests.whole
    ]
    return told, refused


def pieces_of(data: bytes, cuts: Sequence[int]) -> list[bytes]:
    at = [0, *sorted({cut % len(data) for cut in cuts} - {0}), len(data)]
    return [data[begin:end] for begin, end in pairwise(at)]


def test_a_stream_is_read_request_by_request_up_to_the_first_that_offers_another_protocol() -> None:
    assert read([STREAM]) == (
        [
            ("POST", "/a b", "1,2", b"abc", True),
            ("GET", "/", "", b"", True),
            ("POST", "/chunks", "", b"", True),
            ("HEAD", "/path", "", b"z", True),
            ("POST", "/offer", "", b"wxyz", False),
        ],
        None,
    )


@given(st.lists(st.integers(min_value=0, max_value=len(STREAM)), max_size=40))
def test_in_whatever_pieces_a_stream_comes_it_means_the_same(cuts: list[int]) -> None:
    assert read(pieces_of(STREAM, cuts)) == read([STREAM])


@given(st.integers(min_value=0, max_value=len(STREAM) - 1), st.binary(max_size=40), st.lists(st.integers(0, 10_000)))
def test_whatever_is_sent_is_a_request_or_is_refused_and_what_was_whole_before_stays(
    at: int, garbage: bytes, cuts: list[int]
) -> None:
    data = STREAM[:at] + garbage + STREAM[at:]
    told, refused = read(pieces_of(data, cuts))
    before = [request for request in read([STREAM[:at]])[0] if request[0] != "HEAD"]
    assert [request for request in told if request in before][: len(before)] == before
    assert refused in (None, 400, 413, 414, 431)


def test_a_body_that_is_still_to_come_may_want_to_be_asked_for() -> None:
    requests = Requests(HERE, "192.0.2.1")
    head = b"POST / HTTP/1.1\r\ncontent-length: 1\r\nexpect: 100-Continue\r\n\r\n"
    requests.feed(head)
    assert (requests.in_body, requests.asks) == (True, True)
    requests.feed(b"x")
    assert (requests.in_body, requests.asks, len(requests.whole)) == (False, False, 1)


def test_what_stands_behind_the_last_chunk_or_around_small_ones_is_bounded_too() -> None:
    head = b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
    endless = {
        "a header behind the last chunk": (b"0\r\nx: ", b"a" * 1_000),
        "chunks": (b"", b"1;e=" + b"a" * 1_000 + b"\r\nb\r\n"),
    }
    for name, (begins, goes_on) in endless.items():
        assert read([head + begins, *[goes_on] * 1_000]) == ([], 413), name


def test_the_longest_names_of_headers_are_not_remembered() -> None:
    known = _variable.cache_info().currsize
    name = b"x-" + b"a" * 60_000
    requests = Requests(HERE, "192.0.2.1")
    requests.feed(b"GET / HTTP/1.1\r\n" + name + b": 1\r\n\r\n")
    assert requests.whole[0].environ["HTTP_" + name.decode().upper().replace("-", "_")] == "1"
    assert _variable.cache_info().currsize == known
