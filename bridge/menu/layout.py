"""Lines onto pages. Greedy, and the same in every engine: a page takes what fits before the next one begins.

Every page keeps room for the longest error line of its question, so that an error never moves a choice to
another page. Where not even one item fits (a budget smaller than the menu was checked for), the page carries that
one whole, over the budget: nothing is ever cut, and `menu check` is where such a menu is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from bridge.menu.keys import BACK, MORE
from bridge.menu.said import Said
from bridge.menu.screen import Tongue

CHOICES_A_PAGE = 8
NEVER = 1_000_000  # `back_from` of a screen where 0 is an answer
_SMALLEST_ROOM = 10


class Frame(Struct, frozen=True):
    """What stands around the items: the label above, the keys of the last page below, room for an error line.

    `back_from` is the first page with a way back: 0 on most, 1 on the first question. Where the last page `ends` the
    session it offers none.
    """

    head: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    back_from: int = 0
    error_room: int = 0
    numbered: bool = False
    ends: bool = False


class Page(Said, frozen=True):
    """One page without its error line. It shows the items from `first` up to, not including, `stop`."""

    number: int
    text: str
    size: int
    first: int
    stop: int
    is_last: bool


def lay_out(tongue: Tongue, frame: Frame, items: Sequence[str]) -> tuple[Page, ...]:
    """The pages of a question with these items (none for a question that is answered by typing)."""
    pages = [_next_page(tongue, frame, items, 0, 0)]
    while not pages[-1].is_last:
        pages.append(_next_page(tongue, frame, items, pages[-1].stop, len(pages)))
    return tuple(pages)


def flow(tongue: Tongue, frame: Frame, text: str) -> tuple[Page, ...]:
    """The pages of running text: whole where one screen holds it, else broken at spaces."""
    lines = text.split("\n") if text else []
    whole = lay_out(tongue, frame, lines)
    if len(whole) == 1 and _fits(tongue, frame, whole[0].size):
        return whole
    room = max(_SMALLEST_ROOM, tongue.limit - frame.error_room - _fixed_cost(tongue, frame))
    return lay_out(tongue, frame, [piece for line in lines for piece in _wrap(tongue, line, room)])


def _next_page(tongue: Tongue, frame: Frame, items: Sequence[str], first: int, number: int) -> Page:
    rest = len(items) - first
    most = min(rest, CHOICES_A_PAGE) if frame.numbered else rest
    if rest == most:
        last = _page(tongue, frame, items, first, len(items), number)
        if rest <= 1 or _fits(tongue, frame, last.size):
            return last
    page = _page(tongue, frame, items, first, first + 1, number)
    for stop in range(first + 2, first + most + 1):
        longer = _page(tongue, frame, items, first, stop, number)
        if not _fits(tongue, frame, longer.size):
            break
        page = longer
    return page


def _page(tongue: Tongue, frame: Frame, items: Sequence[str], first: int, stop: int, number: int) -> Page:
    is_last = stop == len(items)
    shown = items[first:stop]
    if frame.numbered:
        shown = [f"{place}. {item}" for place, item in enumerate(shown, start=1)]
    lines = [*frame.head, *shown, *(frame.keys if is_last else ())]
    if number >= frame.back_from and not (is_last and frame.ends):
        lines.append(f"{BACK} {tongue.word('back')}")
    if not is_last:
        lines.append(f"{MORE} {tongue.word('more')}")
    text = "\n".join(lines)
    return Page(number, text, tongue.cost(text), first, stop, is_last)


def _fits(tongue: Tongue, frame: Frame, size: int) -> bool:
    return size + frame.error_room <= tongue.limit


def _fixed_cost(tongue: Tongue, frame: Frame) -> int:
    """What stands on the fullest page beside its items, line breaks included."""
    lines = [*frame.head, *frame.keys, f"{BACK} {tongue.word('back')}", f"{MORE} {tongue.word('more')}"]
    return sum(tongue.cost(line) + 1 for line in lines)


def _wrap(tongue: Tongue, line: str, room: int) -> list[str]:
    """`line` in pieces of at most `room`, broken at single spaces; a longer word is broken anywhere."""
    pieces = [""]
    for word in (part for whole in line.split(" ") for part in _split(tongue, whole, room)):
        longer = f"{pieces[-1]} {word}" if pieces[-1] else word
        if tongue.cost(longer) <= room:
            pieces[-1] = longer
        else:
            pieces.append(word)
    return pieces


def _split(tongue: Tongue, word: str, room: int) -> list[str]:
    parts = [""]
    for character in word:
        if tongue.cost(parts[-1] + character) > room:
            parts.append("")
        parts[-1] += character
    return parts
