"""The canonical turn: what every server-run gateway's request is translated into, and the screen that goes back."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import field

from bridge.value import Value


class Kind(StrEnum):
    """What the gateway says with a request. Only BEGIN and INPUT are answered with a screen."""

    BEGIN = "begin"  # the caller has dialled
    INPUT = "input"  # the caller has answered the last screen
    END = "end"  # the session is over, whoever ended it
    TIMEOUT = "timeout"  # the caller did not answer in time
    STATUS = "status"  # the gateway asks whether we still hold the session (Infobip)


class Turn(Value, frozen=True):
    """One request of a gateway, in our words. What tells who called or what they said stays out of `repr`.

    `caller` is the number as it came. `service_code` is "" where the gateway does not say it on this turn.
    A gateway that sends every input so far gives `transcript`; the others give `input`, the latest one alone.
    `stamp` is the gateway's own number or id of this turn, the same on a retry; "" where it has none.
    `dialled` are the inputs that stood in the dialled string after the service code.
    `echo` are fields that the provider wants back as they came.
    """

    gateway: str
    session_id: str
    caller: str
    service_code: str
    kind: Kind
    input: str = ""
    transcript: tuple[str, ...] | None = None
    stamp: str = ""
    dialled: tuple[str, ...] = ()
    network: str = ""
    simulated: bool = False
    echo: Mapping[str, Any] = field(default_factory=dict)


class Reply(Value, frozen=True):
    """One screen, and whether it is the last one. `text` may repeat a caller's words, so it stays out of `repr`."""

    text: str
    ends: bool


def pieces(text: str) -> tuple[str, ...]:
    """The inputs in a transcript joined by `*`; none in an empty one. Empty inputs are kept: "1*" is "1" and ""."""
    return tuple(text.split("*")) if text else ()


def after_code(dialled: str, service_code: str) -> tuple[str, ...]:
    """What was dialled after the code: `*384*1*2#` with the code `*384#` gives "1" and "2".

    Nothing where `dialled` is not a dialled string of this code.
    """
    inner, code = dialled.strip().strip("*#"), service_code.strip().strip("*#")
    return pieces(inner[len(code) + 1 :]) if code and inner.startswith(code + "*") else ()
