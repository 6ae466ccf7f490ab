"""What is measured, as values: one figure is always something beside something else of the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench.load import Load


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` and what it stands `beside`, in `unit`; `ratio` is one by the other (or as `reach` says).

    `reach` is the goal in words, `reached` whether it was (None: there is none).
    """

    name: str
    value: float
    unit: str
    beside: float | None = None
    what_beside: str = ""
    ratio: float | None = None
    reach: str = ""
    reached: bool | None = None
    note: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bench:
    """How thoroughly to measure: `rounds` of `seconds` each, alternating; `folder` is for the databases.

    `full`: with the millions of docs/scale.md; else smaller, and each figure says so.
    """

    folder: Path
    rounds: int
    seconds: int
    full: bool
    quick: bool

    def fresh(self, name: str) -> Path:
        """A new folder."""
        number = len(list(self.folder.glob(f"{name}-*")))
        path = self.folder / f"{name}-{number}"
        path.mkdir()
        path.chmod(0o755)
        return path


Row = Callable[[Bench], list[Figure]]


def at_least(goal: float, **more: Any) -> Figure:
    """A figure whose `value` by `beside` should be at least `goal`."""
    ratio = more["value"] / more["beside"]
    return Figure(ratio=ratio, reach=f"at least {goal:g}", reached=ratio >= goal, **more)


def at_most(goal: float, **more: Any) -> Figure:
    """A figure whose `value` by `beside` should be at most `goal`."""
    ratio = more["value"] / more["beside"]
    return Figure(ratio=ratio, reach=f"at most {goal:g}", reached=ratio <= goal, **more)


def below(limit: float, **more: Any) -> Figure:
    """A figure whose `value` itself should be below `limit`."""
    reach = f"under {limit:g} {more['unit']}"
    return Figure(reach=reach, reached=more["value"] < limit, **more)


def middle(loads: Sequence[Load], name: str) -> float:
    """The median of one of the values of several runs."""
    return float(median(getattr(load, name) for load in loads))


def detail(loads: Iterable[Load]) -> list[dict[str, float]]:
    """Every run as it was."""
    return [{name: round(value, 3) for name, value in asdict(load).items()} for load in loads]
