"""Nothing that a process writes down names a caller or a secret: logs, tracebacks, warnings, dying words.

Our own lines hold no such thing; this is for what others write: a library's debug line, the text of an exception.
Every record is masked where it is made (`logging.setLogRecordFactory`), so it holds for all loggers and handlers,
those of libraries included. Masked are runs of eight digits or more, secrets by their shape, and every secret of
the settings wherever it stands. What a caller said cannot be told from other words: it must not be logged at all.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import TracebackType
from typing import Any
from urllib.parse import quote, unquote, urlsplit

FEWEST = 6  # characters of a secret that is looked for; a shorter one would mask half of the log
UNREADABLE = "event=unreadable_log_line"

_NUMBER = re.compile(
    r"(?P<id>(?<![0-9A-Za-z])(?:[A-Z]{2})?[0-9a-f]{32}(?![0-9A-Za-z]))"  # a SID or an external_id is no number
    r"|\+\d(?:[ .()-]{0,2}\d){7,}"
    r"|\d{8,}"
)
_SHAPES = (
    (re.compile(r"whsec_[\w+/=-]+"), "whsec_…"),
    (re.compile(r"(/ussd/[^/\s\"?]+/)[^/\s\"?]+"), r"\1…"),
    (re.compile(r"(?<![\w-])gAAAA[\w-]{16,}=*"), "[sealed]"),
    (re.compile(r"(?<![\w-])[\w-]{43}=(?![\w=])"), "[key]"),
    (re.compile(r"(://)[^/\s:@]*:[^/\s@]+@"), r"\1…@"),
    (re.compile(r"\b(Basic|Bearer)\s+[\w.~+/=-]{6,}", re.IGNORECASE), r"\1 …"),
)


class _Known:
    """The secrets of this process's settings, as one pattern, the longest first."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()
        self.pattern: re.Pattern[str] | None = None

    def add(self, secrets: Iterable[str]) -> None:
        self._secrets |= {secret for secret in secrets if len(secret) >= FEWEST}
        ordered = sorted(self._secrets, key=len, reverse=True)
        self.pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None


_known = _Known()


def know(settings: object) -> None:
    """From now on mask every secret of `settings`: a dataclass whose secret fields are those without `repr`."""
    _known.add(spelling for secret in _secrets(settings) for spelling in _spellings(secret))


def masked(text: str) -> str:
    """`text` without numbers and secrets."""
    if _known.pattern:
        text = _known.pattern.sub("[secret]", text)
    for shape, instead in _SHAPES:
        text = shape.sub(instead, text)
    return _NUMBER.sub(_without_number, text)


def install() -> None:
    """Mask all that this process writes by itself. Harmless when called again."""
    if getattr(logging.getLogRecordFactory(), "masks", False):
        return
    make = logging.getLogRecordFactory()

    def record(*args: Any, **more: Any) -> logging.LogRecord:
        return _cleaned(make(*args, **more))

    record.masks = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(record)
    logging.captureWarnings(True)
    sys.excepthook = _crashed
    sys.unraisablehook = lambda lost: _crashed(lost.exc_type, lost.exc_value, lost.exc_traceback)
    threading.excepthook = _thread_crashed


def _cleaned(record: logging.LogRecord) -> logging.LogRecord:
    try:
        text = record.getMessage()
    except Exception:  # the words do not fit their places: logging would print both as they are
        text = f"{UNREADABLE} at={record.filename}:{record.lineno}"
    record.msg, record.args = masked(text), ()
    if record.exc_info and record.exc_info[0] is not None:
        record.exc_text = _told(*record.exc_info)
    record.exc_info = None
    if record.stack_info:
        record.stack_info = masked(record.stack_info)
    return record


def _told(kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> str:
    return masked("".join(traceback.format_exception(kind, error, trace)).rstrip("\n"))


def _crashed(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    print(_told(kind, error, trace), file=sys.stderr)


def _thread_crashed(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_type is not SystemExit:
        _crashed(crash.exc_type, crash.exc_value, crash.exc_traceback)


def _without_number(match: re.Match[str]) -> str:
    is_id = match["id"] and not match[0].isdecimal()
    return match[0] if is_id else "[number]"


def _secrets(settings: object) -> Iterator[str]:
    for field in fields(settings) if is_dataclass(settings) else ():
        value = getattr(settings, field.name)
        if isinstance(value, Mapping):
            yield from (secret for inner in value.values() for secret in _secrets(inner))
        elif not field.repr:
            yield from (value,) if isinstance(value, str) else value


def _spellings(secret: str) -> Iterator[str]:
    """A secret as it may be met: without its prefix, its password alone, as HTTP sends it and as a URL writes it."""
    if "://" in secret:  # an address as a whole is no secret
        for password in _passwords(secret):
            yield from (password, *_quoted(password))
        return
    yield from (secret, secret.removeprefix("whsec_"), *_quoted(secret))
    _, _, password = secret.partition(":")
    if password:
        yield from (password, *_quoted(password), b64encode(secret.encode()).decode())


def _passwords(address: str) -> Iterator[str]:
    """As written and as meant: `user:password@`, or `?password=` (PostgreSQL, "Connection URIs")."""
    parts = urlsplit(address)
    query = [part.partition("=") for part in parts.query.split("&")]
    for written in (parts.password, *(value for name, _, value in query if name in ("password", "sslpassword"))):
        if written:
            yield from (written, unquote(written))


def _quoted(secret: str) -> Iterator[str]:
    yield from (quote(secret), quote(secret, safe=""))
