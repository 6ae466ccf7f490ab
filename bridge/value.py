"""Values of the path that a caller waits at: made and changed several times for each turn, so by compiled code."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

__all__ = ["Value", "replace"]


class Value(Struct, frozen=True):
    """A frozen record. It may hold who called and what they said, so its `repr` tells its type and no more."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """msgspec's own would show a debugger that prints with `rich` every field."""
        return []
