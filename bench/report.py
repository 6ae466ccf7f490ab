"""The result of a run: as a table for people, as JSON for the next run, as a chart for the README."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bench.chart import chart
from bench.figures import Bench, Figure
from bench.processes import PROJECT

RESULTS = PROJECT / "bench" / "results"  # of this machine, in no repository
HISTORY = PROJECT / "bench" / "history"
CHART = PROJECT / "docs" / "images" / "bench.svg"

Result = dict[str, Any]


def result(
    figures: list[Figure], untold: Mapping[str, str], bench: Bench, facts: Mapping[str, str], took: float
) -> Result:
    return {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": dict(facts),
        "how": {"rounds": bench.rounds, "seconds": bench.seconds, "full": bench.full, "took": round(took)},
        "figures": [asdict(figure) for figure in figures],
        "not_measured": dict(untold),
    }


def show(found: Result) -> None:
    """The table, on stdout."""
    print(", ".join(f"{name} {value}" for name, value in found["machine"].items()))
    how = found["how"]
    print(f"medians of {how['rounds']} alternating rounds of {how['seconds']:g} s; {how['took']} s in all")
    if not how["full"]:
        print("smaller than docs/scale.md asks where a row says so; --full measures the millions")
    for values in found["figures"]:
        print(line(Figure(**values)))
    for row, reason in found["not_measured"].items():
        print(f"{row}: not measured: {reason}")
    _show_falls(found)


def write(found: Result, keep: str | None) -> None:
    """The JSON of this run; with `keep` also into the history, and the chart anew."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    (RESULTS / "latest.json").write_text(text, encoding="utf-8")
    (RESULTS / "latest.svg").write_text(chart(found), encoding="utf-8")
    if keep:
        HISTORY.mkdir(exist_ok=True)
        (HISTORY / f"{keep}.json").write_text(text, encoding="utf-8")
        CHART.write_text(chart(found), encoding="utf-8")


def line(figure: Figure) -> str:
    """One figure on one line."""
    beside = "" if figure.beside is None else f" | {number(figure.beside)} {figure.what_beside}"
    ratio = "" if figure.ratio is None else f" | {figure.ratio:.2f}"
    goal = "" if figure.reached is None else f" ({figure.reach}: {'reached' if figure.reached else 'NOT REACHED'})"
    note = f" | {figure.note}" if figure.note else ""
    return f"{figure.name}: {number(figure.value)} {figure.unit}{beside}{ratio}{goal}{note}"


def number(value: float) -> str:
    """Three digits are all that such a measurement tells."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"


def _show_falls(found: Result) -> None:
    """The processor's time beside the newest earlier run that is kept."""
    earlier = sorted(HISTORY.glob("*.json"), key=lambda path: json.loads(path.read_text())["at"])
    if not earlier:
        return
    before = {figure["name"]: figure["value"] for figure in json.loads(earlier[-1].read_text())["figures"]}
    for figure in found["figures"]:
        if figure["name"].startswith("CPU per") and figure["name"] in before:
            then = before[figure["name"]]
            print(f"{figure['name']}: {figure['value']:.3f} s, {earlier[-1].stem}: {then:.3f} s")
