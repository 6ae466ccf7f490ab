"""The chart for the README: each measured rate as a bar beside what it is measured against. Plain SVG, no script."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

WIDTH, LEFT, RIGHT, BAR, GAP, TOP = 860, 300, 150, 15, 22, 64
OURS, THEIRS, INK, SOFT = "#0b6e99", "#b9c4cc", "#1c2b33", "#5b6b75"


def chart(result: dict[str, Any]) -> str:
    """All figures in `/s` that stand beside another one, as an SVG document."""
    rows = [one for one in result["figures"] if one["unit"] == "/s" and one["beside"]]
    most = max((max(one["value"], one["beside"]) for one in rows), default=1.0)
    height = TOP + len(rows) * (2 * BAR + GAP) + 10
    bars = "".join(_row(one, TOP + number * (2 * BAR + GAP), most) for number, one in enumerate(rows))
    machine = result["machine"]
    about = (
        f"{machine['cores']} cores shared with the load (before it {machine['load before']}),"
        f" Python {machine['Python']}, medians of {result['how']['rounds']} rounds, {result['at'][:10]}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="13"><title>What the bridge carries</title>'
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
        f'<text x="16" y="26" font-size="17" font-weight="600" fill="{INK}">What the bridge carries, durably</text>'
        f'<text x="16" y="46" fill="{SOFT}">{escape(about)}</text>{bars}</svg>\n'
    )


def _row(figure: dict[str, Any], y: int, most: float) -> str:
    name = _label(figure["name"], y, INK) + _label(figure["what_beside"], y + BAR, SOFT)
    ours = _bar(figure["value"], y, most, OURS, f"{figure['value']:,.0f}/s ({figure['ratio']:.2f})")
    return name + ours + _bar(figure["beside"], y + BAR, most, THEIRS, f"{figure['beside']:,.0f}/s")


def _bar(value: float, y: int, most: float, colour: str, text: str) -> str:
    width = (WIDTH - LEFT - RIGHT) * value / most
    return (
        f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR - 1}" fill="{colour}"/>'
        f'<text x="{LEFT + width + 6:.1f}" y="{y + 12}" fill="{INK}">{escape(text)}</text>'
    )


def _label(text: str, y: int, colour: str) -> str:
    return f'<text x="{LEFT - 10}" y="{y + 12}" text-anchor="end" fill="{colour}">{escape(text)}</text>'
