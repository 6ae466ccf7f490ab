"""Records that may hold what a caller said or was shown: made several times for each turn, so by compiled code."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Said(Struct, frozen=True):
    """Its `repr` tells its type and no more."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """msgspec's own would show a debugger that prints with `rich` every field."""
        return []
