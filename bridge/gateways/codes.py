"""Service codes and numbers as gateways write them, made comparable."""

from __future__ import annotations

import re
import unicodedata

from bridge.gateways.turn import pieces
from bridge.routes import Routes, bare

_NO_DIGITS = re.compile("[^0-9]+")

SHORT_CODE = re.compile("[0-9]{1,6}")  # no telephone number is as short


def number_key(number: str) -> str:
    """What a number's spellings have in common within one session: its digits, without `+` or `00` before them."""
    digits = _NO_DIGITS.sub("", number) if number.isascii() else _digits(number)
    return digits.removeprefix("00") or number.strip()


def _digits(number: str) -> str:
    """Those of any script, as ours."""
    return "".join(str(unicodedata.decimal(char)) for char in number if char.isdecimal())


def split_code(routes: Routes, gateway: str, dialled: str) -> tuple[str, tuple[str, ...]]:
    """A dialled string as service code and inputs behind it, by the longest code that has a route.

    Without such a route only the digits before the first `*` are the code, and nothing is an input: nothing tells where
    the code ends, and a service code is stored and shown in the clear, where nothing that a caller typed may stand.
    """
    parts = pieces(bare(dialled))
    for length in range(len(parts), 0, -1):
        code = "*".join(parts[:length])
        if routes.find(gateway, code).service_code:
            return f"*{code}#", parts[length:]
    return (f"*{parts[0]}#" if parts and SHORT_CODE.fullmatch(parts[0]) else ""), ()
