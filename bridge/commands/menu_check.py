"""`python -m bridge menu check`: every screen of a menu with its size, and why a menu cannot be served."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from bridge.errors import FileRefused
from bridge.menu import Budget, Menu, Text, load_menu
from bridge.menu.survey import Sight, survey

DEFAULT = {"default": Budget()}
BESIDE = " " * 12 + "│ "  # where the words of a screen stand


def run(
    files: Sequence[Path],
    budgets: Mapping[str, Budget] = DEFAULT,
    out: TextIO | None = None,
    *,
    show: bool = False,
    scripted: Collection[str] = (),
) -> int:
    """Print a table for each file and gateway. Returns 0, or 1 where a file is refused or a screen does not fit.

    `budgets` holds what each gateway carries, by the gateway's name. `out` is standard output without it. `show` prints
    the words of each screen under its row. `scripted` names the menus that Telerivet runs itself.
    """
    if not files:
        print("no menu file: name one, or put one into the folder of MENUS_DIR", file=out)
        return 1
    failures = [failure for file in files for failure in _check_file(file, budgets, out, show, scripted)]
    failures += _names_taken(files)
    for failure in failures:
        print(f"FAIL {failure}", file=out)
    return 1 if failures else 0


def _names_taken(files: Sequence[Path]) -> Iterator[str]:
    """Files of one folder that hold the same menu: `serve` could not tell which is meant."""
    first: dict[tuple[Path, str], Path] = {}
    for file in dict.fromkeys(path.resolve() for path in files):
        with suppress(FileRefused):
            name = load_menu(file).name
            other = first.setdefault((file.parent, name), file)
            if other != file:
                yield f"{file.name}: the menu {name} is in {other.name} of this folder too; rename one"


def _check_file(
    file: Path, budgets: Mapping[str, Budget], out: TextIO | None, show: bool, scripted: Collection[str]
) -> list[str]:
    try:
        menu = load_menu(file)
    except FileRefused as refused:
        return [f"{refused.file}: {fault}" for fault in refused.faults]
    print(f"{file}: menu {menu.name}, version {menu.version}, {', '.join(menu.languages)}", file=out)
    failures = []
    for gateway, budget in budgets.items():
        sights = survey(menu, budget)
        _print_table(gateway, budget, sights, out, show)
        failures += [f"{file}: {reason}" for reason in _reasons(menu, gateway, budget, sights)]
    if menu.name in scripted:
        failures += [f"{file}: {reason}" for reason in _beyond_a_script(menu)]
    for warning in _warnings(menu):
        print(f"  warning: {warning}", file=out)
    print(file=out)
    return failures


def _print_table(gateway: str, budget: Budget, sights: Sequence[Sight], out: TextIO | None, show: bool) -> None:
    ascii_only = ", plain ASCII" if budget.alphabet == "ascii" else ""
    print(f"\n  {gateway}: {budget.septets} septets, {budget.units} units of UCS-2{ascii_only}", file=out)
    width = max(len(sight.where) for sight in sights)
    print(f"  {'language':8}  {'screen':{width}}  {'size':>8}  unit     folded", file=out)
    for sight in sights:
        size = f"{sight.size}/{sight.limit}"
        print(
            f"  {_name(sight):8}  {sight.where:{width}}  {size:>8}  {sight.unit:7}  {_remark(sight)}".rstrip(), file=out
        )
        for line in sight.text.split("\n") if show else ():
            print(f"{BESIDE}{line}".rstrip(), file=out)


def _remark(sight: Sight) -> str:
    folded = " ".join(f"{character}→{to or 'nothing'}" for character, to in sight.folded)
    if sight.is_left_out:
        folded = "no room: the question is asked again without it"
    return folded if sight.fits else f"{folded} TOO LONG".strip()


def _name(sight: Sight) -> str:
    return sight.language or "all"


def _reasons(menu: Menu, gateway: str, budget: Budget, sights: Sequence[Sight]) -> Iterator[str]:
    for sight in sights:
        if not sight.fits:
            over = f"{sight.size} {sight.unit}, and {gateway} carries {sight.limit}"
            yield f"{_name(sight)}, {sight.where}: {over}; shorten its words"
    if budget.alphabet == "ascii":
        for code, language in menu.languages.items():
            if language.encoding == "ucs2":
                yield f"{code}: needs UCS-2, and {gateway} carries plain ASCII only"


def _beyond_a_script(menu: Menu) -> Iterator[str]:
    """Telerivet has no server of ours behind it to look anything up, and what is typed stays in its logs."""
    for question in menu.questions:
        if question.type == "lookup" or question.secret:
            kind = "a look-up" if question.type == "lookup" else "secret"
            yield f"questions[{question.name}]: {kind}, which only server-run gateways can have, not telerivet"


def _warnings(menu: Menu) -> Iterator[str]:
    for where, text in _texts(menu):
        for code in text.missing:
            yield f"{where} has no words in {code}; callers read those in {menu.first_language}"
    for question in menu.questions:
        if question.type == "note" and question is menu.questions[-1]:
            yield f"questions[{question.name}]: a session that reaches this note ends there and submits nothing"
    for question, following in zip(menu.questions, [*menu.questions[1:], None], strict=True):
        if question.secret and (following is None or following.type != "lookup"):
            yield f"questions[{question.name}]: a secret that no look-up follows reaches nobody"


def _texts(menu: Menu) -> Iterator[tuple[str, Text]]:
    for question in menu.questions:
        yield f"questions[{question.name}].label", question.label
        for choice in question.choices:
            yield f"questions[{question.name}].choices[{choice.name}].label", choice.label
    yield "end.label", menu.end
    yield "end.label_unsent", menu.label_unsent
