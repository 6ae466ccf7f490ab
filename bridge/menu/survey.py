"""Every screen that a caller can meet, for `menu check`: pages, error lines, last screens, in every language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, product

from bridge.menu.definition import ANY, Menu, Question, Text
from bridge.menu.farewell import apology, closing, last_words
from bridge.menu.layout import Page
from bridge.menu.path import choices_left
from bridge.menu.reading import error_words
from bridge.menu.screen import Budget, Screen, Tongue, tongue_of
from bridge.menu.showing import After, confirm_pages, error_line, failed_lookup, kept_pages, reading_pages
from bridge.menu.state import State

LONGEST_REFERENCE = "W" * 10
_REMARKS: dict[After, str] = {"goes on": "", "ends": " (last)", "waits": " (no value)"}
_ROWS = {
    "not_a_choice": "wrong key",
    "too_short": "too short",
    "too_long": "too long",
    "not_a_number": "not a number",
    "out_of_range": "out of range",
}
_MOST_FILTERS = 2000  # combinations of answers that a filtered list is looked at for


@dataclass(frozen=True, slots=True)
class Sight:
    """One screen: in which language (`ANY`: all at once), where it is met, how large it is and may be, what is folded.

    `folded` holds (character, what stands for it). `is_left_out` marks an error line for which there is no room. `text`
    is what the phone shows.
    """

    language: str
    where: str
    size: int
    limit: int
    unit: str
    folded: tuple[tuple[str, str], ...] = ()
    is_left_out: bool = False
    text: str = field(default="", repr=False)

    @property
    def fits(self) -> bool:
        """Whether the gateway carries it."""
        return self.size <= self.limit


def survey(menu: Menu, budget: Budget) -> list[Sight]:
    """All screens, language by language, in the order they are met."""
    languages = [ANY, *menu.languages] if menu.questions[0].type == "language" else list(menu.languages)
    return [sight for language in languages for sight in _in_language(menu, budget, language)]


def _in_language(menu: Menu, budget: Budget, language: str) -> Iterator[Sight]:
    tongue = tongue_of(menu, budget, language)
    for place, question in enumerate(menu.questions):
        if (question.type == "language") is (language == ANY):
            yield from _question(menu, budget, tongue, place)
    yield from _last_screens(menu, budget, tongue)


@dataclass(frozen=True, slots=True)
class _Version:
    """A question as some callers meet it. `ends`: its last page is the last screen."""

    pages: tuple[Page, ...]
    remark: str = ""
    offered: Sequence[Text] = ()
    ends: bool = False


def _question(menu: Menu, budget: Budget, tongue: Tongue, place: int) -> Iterator[Sight]:
    seen: set[tuple[str, bool]] = set()
    for version in _versions(menu, budget, tongue, place):
        for page in version.pages:
            if (page.text, version.ends) not in seen:
                yield from _page(menu, tongue, menu.questions[place], version, page)
            seen.add((page.text, version.ends))


def _versions(menu: Menu, budget: Budget, tongue: Tongue, place: int) -> Iterator[_Version]:
    """Filtered or not, last or not; what comes from outside is sampled."""
    question, sample = menu.questions[place], "x" * tongue.limit
    if question.type == "confirm":
        yield _Version(confirm_pages(tongue, question, place, sample), " (a full screen)")
    elif question.type in ("note", "lookup"):
        for then in _afters(menu, place):
            last, ends = _REMARKS[then], then == "ends"
            if question.type == "note":
                yield _Version(kept_pages(menu, budget, tongue.language, place, (), then), last, ends=ends)
            else:
                failed = failed_lookup(tongue)
                yield _Version(reading_pages(tongue, question, place, failed, then), f" (failed){last}", ends=ends)
                yield _Version(reading_pages(tongue, question, place, sample, then), f" (long){last}", ends=ends)
    else:
        for filtered_by in _filters(menu, question):
            answers = dict(zip(question.choice_filter, filtered_by, strict=True))
            offered = [choice.label for choice in choices_left(question, answers)]
            pages = kept_pages(menu, budget, tongue.language, place, filtered_by, "goes on")
            yield _Version(pages, f" ({', '.join(filtered_by)})" if filtered_by else "", offered)


def _afters(menu: Menu, place: int) -> list[After]:
    """What can follow the note or look-up at `place`."""
    question, later = menu.questions[place], menu.questions[place + 1 :]
    if not all(other.relevant or other.choice_filter for other in later):
        return ["goes on"]
    stops: After = "waits" if place and any(question.name in other.relevant for other in later) else "ends"
    return [stops, "goes on"] if later else [stops]


def _filters(menu: Menu, question: Question) -> Iterator[tuple[str, ...]]:
    """The combinations of earlier answers that leave a choice."""
    others = [menu.question(name) for name in question.choice_filter]
    answers = product(*([choice.name for choice in other.choices] for other in others if other))
    for filtered_by in islice(answers, _MOST_FILTERS):
        if not filtered_by or choices_left(question, dict(zip(question.choice_filter, filtered_by, strict=True))):
            yield filtered_by


def _page(menu: Menu, tongue: Tongue, question: Question, version: _Version, page: Page) -> Iterator[Sight]:
    language, limit, unit = tongue.language, tongue.limit, tongue.unit
    many = f" {page.number + 1}/{len(version.pages)}" if len(version.pages) > 1 else ""
    where = f"{question.name}{many}{version.remark}"
    texts = [question.label, *version.offered[page.first : page.stop], *_engine_texts(menu, tongue, page)]
    shown = _folded(tongue, [text.words[language] for text in texts])
    yield Sight(language, where, page.size, limit, unit, shown, text=page.text)
    if version.ends and page.is_last:
        return
    for word in _errors(menu, question):
        line, row = error_line(tongue, question, word), f"{where}: {_ROWS[word]}"
        size = page.size + 1 + tongue.cost(line)
        if question.type == "language" and size > limit >= page.size:
            yield Sight(language, row, page.size, limit, unit, is_left_out=True, text=page.text)
        else:
            folded = _folded(tongue, [menu.words[word].words[language]])
            yield Sight(language, row, size, limit, unit, folded, text=f"{line}\n{page.text}")


def _errors(menu: Menu, question: Question) -> Iterator[str]:
    """The error lines it can earn; a typed answer is no choice only where 0 cannot go back."""
    is_typed = question.type in ("text", "integer")
    for word in error_words(question):
        if not (is_typed and word == "not_a_choice") or question is menu.questions[0]:
            yield word


def _engine_texts(menu: Menu, tongue: Tongue, page: Page) -> list[Text]:
    """The engine's own words that stand on a page (Back, More, the hints of an integer …)."""
    lines = page.text.split("\n")
    return [text for key, text in menu.words.items() if any(line.endswith(tongue.word(key)) for line in lines)]


def _last_screens(menu: Menu, budget: Budget, tongue: Tongue) -> Iterator[Sight]:
    language = tongue.language
    code = language or None
    if code:
        chooser = menu.questions[0]
        state = State(((chooser.name, code),) if chooser.type == "language" else ())
        said, unsent = closing(menu, state, LONGEST_REFERENCE, budget), closing(menu, state, None, budget)
        yield _last(budget, tongue, "last screen", said, menu.end.words[code])
        yield _last(budget, tongue, "last screen without reference", unsent, menu.label_unsent.words[code])
    for where, why, screen in (
        ("too many wrong inputs", "too_many", last_words(menu, "too_many", code, budget)),
        ("when we are broken", "sorry", apology(menu, code, budget)),
    ):
        words = [menu.words[key].words[each] for key in (why, "help") for each in ([code] if code else menu.languages)]
        yield _last(budget, tongue, where, screen, *words)


def _last(budget: Budget, tongue: Tongue, where: str, screen: Screen, *words: str) -> Sight:
    limit = budget.septets if screen.unit == "septets" else budget.units
    return Sight(tongue.language, where, screen.size, limit, screen.unit, _folded(tongue, words), text=screen.text)


def _folded(tongue: Tongue, words: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The characters of these words that phones see as others."""
    pairs = {character: tongue.say_whatever_comes(character) for text in words for character in text}
    return tuple((character, to) for character, to in pairs.items() if character != to)
