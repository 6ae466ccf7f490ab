"""From an answer to the bytes of its message (RFC 9112)."""

from __future__ import annotations

import time
from functools import lru_cache
from http import HTTPStatus

from bridge.wsgi import HttpAnswer

GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WITHOUT_LENGTH = (204, 304)  # RFC 9110, 8.6


def message(answer: HttpAnswer, *, to_head: bool, goes_on: bool, is_old: bool) -> bytes:
    """The whole answer as it goes out. `to_head`: the question was HEAD. `is_old`: it was asked in HTTP/1.0.

    ValueError where a header would break the line that it stands on.
    """
    status, headers, body = answer
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers])
    if lines.count("\n") != len(headers) or lines.count("\r") != len(headers):
        raise ValueError("a header of an answer holds the end of a line")
    if not to_head and status not in _WITHOUT_LENGTH and not _tells_length(headers):
        lines += f"Content-Length: {len(body)}\r\n"
    if goes_on == is_old:
        lines += "Connection: keep-alive\r\n" if goes_on else "Connection: close\r\n"
    head = f"{_first_line(status)}Date: {_date(int(time.time()))}\r\n{lines}\r\n".encode("latin-1")
    return head if to_head else head + body


def _tells_length(headers: list[tuple[str, str]]) -> bool:
    return any(name.lower() == "content-length" for name, _ in headers)


@lru_cache
def _first_line(status: int) -> str:
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"


@lru_cache(1)
def _date(at: int) -> str:
    """A moment as HTTP writes it, in English whatever the locale (RFC 9110, 5.6.7)."""
    year, month, day, hour, minute, second, weekday = time.gmtime(at)[:7]
    return f"{_DAYS[weekday]}, {day:02} {_MONTHS[month - 1]} {year} {hour:02}:{minute:02}:{second:02} GMT"
