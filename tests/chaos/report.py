"""The figures of a run as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def as_text(document: Mapping[str, Any]) -> str:
    """One block a storm, what was skipped, and how to run the same plan again."""
    lines: list[str] = []
    for kind, figures in document["storms"].items():
        lines += [f"== {kind}: {'BROKEN' if figures['wrong'] else 'kept'}", *_lines(figures), ""]
    lines += [f"skipped: {reason}" for reason in document["skipped"]]
    lines += [f"again: {document['again']}"]
    return "\n".join(lines)


def _lines(figures: Mapping[str, Any]) -> Iterator[str]:
    for name, value in figures.items():
        if isinstance(value, Mapping):
            yield f"{name}:"
            yield from (f"  {count:>6}  {what}" for what, count in value.items())
        else:
            yield f"{name}: {value if value not in ([], {}) else '-'}"
