"""Our error types. Each says whether the same thing, tried again later, may work (`retryable`).

BridgeError
├── SetupError            an admin must change something first; stops the start, never caught with the rest
│   └── FileRefused       a file an admin wrote has faults; carries all of them
├── RequestRefused        what a client sent cannot be taken as it is (4xx)
│   ├── Malformed         400  not readable at all
│   ├── NotAuthentic      401  one constant answer, whatever was wrong
│   ├── Conflict          409  the id is known with another body
│   └── Invalid           422  readable and signed, but fields are wrong; carries all of them
└── Unavailable           503  we cannot promise to keep it now; retryable, says after how many seconds
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct


class BridgeError(Exception):
    """The root. Its text is for people and never repeats what a client sent."""

    retryable = False


class SetupError(BridgeError):
    """Something an admin must change. The text names it and says what to do."""


class Fault(Struct, frozen=True):
    """One fault in a file: where it stands (`line` from 1, `path` inside), what was found, what was expected."""

    path: str
    found: str
    expected: str
    line: int | None = None

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.path}: found {self.found}, expected {self.expected}"


class FileRefused(SetupError):
    """A file has faults; `faults` holds every one, in the order of the file."""

    def __init__(self, file: str, faults: Sequence[Fault]) -> None:
        self.file, self.faults = file, tuple(faults)
        super().__init__("\n".join(f"{file}: {fault}" for fault in self.faults))


class RequestRefused(BridgeError):
    """A request that will not pass however often it is sent. `status` is the HTTP status (RFC 9110)."""

    status = 400


class Malformed(RequestRefused):
    """The request cannot be read: not JSON, or not the kind of body that is asked for."""


class NotAuthentic(RequestRefused):
    """Signature or token is missing, wrong or stale. The reason is for the log, not for the sender."""

    status = 401


class Conflict(RequestRefused):
    """The same id was accepted before with another body."""

    status = 409


class Invalid(RequestRefused):
    """Fields are wrong. `fields` maps each path to its reasons, without the values that were sent."""

    status = 422

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        self.fields = {path: list(reasons) for path, reasons in fields.items()}
        super().__init__("some fields are missing or wrong")


class Unavailable(BridgeError):
    """Nothing was kept; the sender should try again after `retry_after` seconds."""

    retryable = True
    status = 503

    def __init__(self, message: str, retry_after: int = 5) -> None:
        self.retry_after = retry_after
        super().__init__(message)
