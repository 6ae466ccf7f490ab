"""What a schema cannot see: names that point at each other.

Works on the sound parts of a file, so that one fault does not hide another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bridge.menu.document import Document, Path
from bridge.menu.shape import COMMA
from bridge.menu.words import known_languages, words_for

Data = Mapping[str, Any]

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_TYPES_OF_KEY = {
    "choices": ("select_one",),
    "choice_filter": ("select_one",),
    "route_when": ("select_one",),
    "min": ("text", "integer"),
    "max": ("text", "integer"),
    "sensitive": ("select_one", "text", "integer"),
    "secret": ("text",),
}
_ANSWERED = ("select_one", "text", "integer")
_COMPARABLE = ("language", "select_one", "integer", "lookup")


def cross_check(document: Document, data: Data) -> None:
    """Add every fault that shows only when the parts are seen together."""
    for check in _CHECKS:
        check(document, data)


def questions_of(data: Data) -> list[Data]:
    """The questions of a file, {} standing for those that could not be read."""
    return [question if isinstance(question, dict) else {} for question in data.get("questions", [])]


def choices_of(data: Data, question: Data) -> list[Data]:
    """The choices of a question, its list looked up where it names one."""
    choices = question.get("choices", [])
    found = data.get("choice_lists", {}).get(choices, []) if isinstance(choices, str) else choices
    return [choice for choice in found if isinstance(choice, dict)]


def _languages_have_words(document: Document, data: Data) -> None:
    for code in data.get("languages", {}):
        if words_for(code) is None:
            expected = f"a language that has words ({', '.join(known_languages())}), or a new file {code}.yaml"
            document.refuse(("languages", code), code, f"{expected} in bridge/menu/words/")


def _language_is_asked_first(document: Document, data: Data) -> None:
    questions = questions_of(data)
    for place, question in enumerate(questions):
        if question.get("type") == "language" and place > 0:
            document.refuse(("questions", place, "type"), "language", "the language question first, and once")
        if question.get("type") == "language" and "relevant" in question:
            document.refuse(("questions", place, "relevant"), "a condition", "no condition on the first question")
        if question.get("name") == "language" and question.get("type") not in (None, "language"):
            document.refuse(("questions", place, "name"), "language", "this name only for the type language")
    if len(data.get("languages", {})) > 1 and questions and questions[0].get("type", "language") != "language":
        document.refuse(("questions", 0, "type"), "no language question", "one first, as there are several")


def _names_are_unique(document: Document, data: Data) -> None:
    seen: set[str] = set()
    for place, question in enumerate(questions_of(data)):
        name = question.get("name")
        if name in seen:
            document.refuse(("questions", place, "name"), name, "each question's name once")
        seen.add(name or "")
    for path, choices in _choice_lists(data):
        names: set[str] = set()
        for place, choice in enumerate(choices):
            if isinstance(choice, dict) and choice.get("name") in names:
                document.refuse((*path, place, "name"), choice["name"], "each choice's name once in a list")
            names.add(choice.get("name", "") if isinstance(choice, dict) else "")


def _labels_speak_known_languages(document: Document, data: Data) -> None:
    languages = list(data.get("languages", {}))
    if not languages:
        return
    for path, label in labels(data):
        if not isinstance(label, dict):
            continue
        for code in label:
            if code not in languages:
                document.refuse((*path, code), code, f"a language of this menu ({', '.join(languages)})")
        if languages[0] not in label:
            found = f"only {', '.join(label)}"
            document.refuse(path, found, f"words in {languages[0]}, which every language falls back to")


def _placeholders_are_known(document: Document, data: Data) -> None:
    for path, label in labels(data):
        allowed = {"{reference}"} if path == ("end", "label") else set()
        for code, words in label.items() if isinstance(label, dict) else [("", label)]:
            for placeholder in sorted(set(_PLACEHOLDER.findall(words)) - allowed):
                expected = "{reference}, and that only in end.label"
                document.refuse((*path, code) if code else path, placeholder, expected)


def _keys_fit_the_type(document: Document, data: Data) -> None:
    for place, question in enumerate(questions_of(data)):
        kind = question.get("type")
        for key, kinds in _TYPES_OF_KEY.items():
            if kind and key in question and kind not in kinds:
                document.refuse(("questions", place, key), f"{key} on a {kind}", f"{key} only on {' or '.join(kinds)}")
        has_choices = "choices" in question or "choices" in _raw(document, place)
        if kind == "select_one" and not has_choices:
            document.refuse(("questions", place), "no choices", "choices, or the name of a list of them")


def _bounds_are_ordered(document: Document, data: Data) -> None:
    for place, question in enumerate(questions_of(data)):
        low, high = question.get("min"), question.get("max")
        if question.get("type") == "text":
            if low == 0:
                document.refuse(("questions", place, "min"), "0", "at least 1: an empty input is never an answer")
            if high is not None and high > 160:
                document.refuse(("questions", place, "max"), str(high), "at most 160, what a phone can send")
        low = low if low is not None else 1 if question.get("type") == "text" else 0
        if high is not None and low > high:
            document.refuse(("questions", place, "max"), str(high), f"at least min ({low})")


def _choice_lists_are_known(document: Document, data: Data) -> None:
    known = _raw_keys(document, "choice_lists")
    for place, question in enumerate(questions_of(data)):
        choices = question.get("choices")
        if isinstance(choices, str) and choices not in known:
            expected = f"one of choice_lists ({', '.join(sorted(known)) or 'there are none'})"
            document.refuse(("questions", place, "choices"), choices, expected)


def _conditions_look_back(document: Document, data: Data) -> None:
    questions = questions_of(data)
    for place, question in enumerate(questions):
        for name, values in question.get("relevant", {}).items():
            path: Path = ("questions", place, "relevant", name)
            other = _earlier(document, questions, place, path, name, _COMPARABLE)
            if other is not None:
                _answers_exist(document, data, other, path, values)


def _filters_look_back(document: Document, data: Data) -> None:
    questions = questions_of(data)
    for place, question in enumerate(questions):
        for name in question.get("choice_filter", []):
            path: Path = ("questions", place, "choice_filter")
            _earlier(document, questions, place, path, name, ("select_one",))


def _choice_keys_belong_to_filters(document: Document, data: Data) -> None:
    questions = {question.get("name"): question for question in questions_of(data)}
    for path, choices in _choice_lists(data):
        filters = _filters_of(data, path)
        for place, choice in enumerate(choices):
            extra = choice.keys() - {"name", "label"} if isinstance(choice, dict) else set()
            for key in sorted(extra - filters, key=str):
                hint = COMMA if choice[key] is None else ""
                expected = f"name, label, or the name of a choice_filter of this list{hint}"
                document.refuse((*path, place, key), str(key), expected)
            for key in sorted(filters):
                if not isinstance(choice, dict) or not choice:
                    continue
                if key not in choice:
                    document.refuse((*path, place), f"no {key}", f"the answers to {key} under which it is offered")
                elif key in questions:
                    _key_holds_answers(document, data, questions[key], (*path, place, key), choice[key])


def _key_holds_answers(document: Document, data: Data, question: Data, path: Path, value: Any) -> None:
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(part, str) for part in values):
        document.refuse(path, "no answer", "an answer or a list of answers")
    else:
        _answers_exist(document, data, question, path, values)


def _reserved_names_mean_yes_or_no(document: Document, data: Data) -> None:
    for place, question in enumerate(questions_of(data)):
        if question.get("name") not in ("callback", "safe_to_call") or "type" not in question:
            continue
        names = {choice.get("name") for choice in choices_of(data, question)}
        if question["type"] != "select_one" or (names and names != {"yes", "no"}):
            expected = "a select_one of the choices yes and no: delivery and the agent's panel act on it"
            document.refuse(("questions", place), f"another {question['name']}", expected)


def _partial_names_answers(document: Document, data: Data) -> None:
    known = {question.get("name"): question for question in questions_of(data)}
    for place, name in enumerate(data.get("partial", {}).get("after", [])):
        if isinstance(name, str) and known.get(name, {}).get("type") not in _ANSWERED:
            document.refuse(("partial", "after", place), name, f"a question of type {', '.join(_ANSWERED)}")


def _routes_name_choices(document: Document, data: Data) -> None:
    for place, question in enumerate(questions_of(data)):
        for value in question.get("route_when", {}):
            _answers_exist(document, data, question, ("questions", place, "route_when", value), [value])


_CHECKS: tuple[Callable[[Document, Data], None], ...] = (
    _languages_have_words,
    _language_is_asked_first,
    _names_are_unique,
    _labels_speak_known_languages,
    _placeholders_are_known,
    _keys_fit_the_type,
    _bounds_are_ordered,
    _choice_lists_are_known,
    _conditions_look_back,
    _filters_look_back,
    _choice_keys_belong_to_filters,
    _reserved_names_mean_yes_or_no,
    _partial_names_answers,
    _routes_name_choices,
)


def labels(data: Data) -> Iterator[tuple[Path, Any]]:
    """Every label of a file with its path: words, or words by language."""
    for place, question in enumerate(questions_of(data)):
        if "label" in question:
            yield ("questions", place, "label"), question["label"]
    for path, choices in _choice_lists(data):
        for place, choice in enumerate(choices):
            if isinstance(choice, dict) and "label" in choice:
                yield (*path, place, "label"), choice["label"]
    for key, label in data.get("end", {}).items():
        yield ("end", key), label


def _choice_lists(data: Data) -> Iterator[tuple[Path, list[Any]]]:
    for place, question in enumerate(questions_of(data)):
        if isinstance(question.get("choices"), list):
            yield ("questions", place, "choices"), question["choices"]
    for name, choices in data.get("choice_lists", {}).items():
        yield ("choice_lists", name), choices


def _filters_of(data: Data, path: Path) -> set[str]:
    """The choice filters of the questions that use the list at `path`."""
    if path[0] == "questions":
        return set(questions_of(data)[int(path[1])].get("choice_filter", []))
    users = (question for question in questions_of(data) if question.get("choices") == path[1])
    return {name for question in users for name in question.get("choice_filter", [])}


def _earlier(
    document: Document, questions: list[Data], place: int, path: Path, name: str, kinds: tuple[str, ...]
) -> Data | None:
    """The earlier question of that name and one of these types, or a fault."""
    for other in questions[:place]:
        if other.get("name") == name:
            if other.get("type") in kinds:
                return other
            if "type" in other:
                document.refuse(path, f"{name}, a {other['type']}", f"a question of type {', '.join(kinds)}")
            return None
    is_later = any(other.get("name") == name for other in questions[place:])
    if is_later or not any(not other for other in questions):
        found = f"{name}, which comes later" if is_later else f"{name}, which is no question"
        document.refuse(path, found, "a question that comes before")
    return None


def _answers_exist(document: Document, data: Data, question: Data, path: Path, values: list[str]) -> None:
    if question.get("type") == "lookup":
        return  # its values are the service's own
    if question.get("type") == "integer":
        known = None
    elif question.get("type") == "language":
        known = set(data.get("languages", {}))
    else:
        known = {choice.get("name") for choice in choices_of(data, question)} - {None}
    for value in values:
        if known is None and not (value.isascii() and value.isdigit()):
            document.refuse(path, value, "a whole number")
        elif known and value not in known:
            document.refuse(path, value, f"one of {', '.join(sorted(map(str, known)))}")


def _raw(document: Document, place: int) -> Data:
    raw = document.data["questions"][place]
    return raw if isinstance(raw, dict) else {}


def _raw_keys(document: Document, key: str) -> set[str]:
    raw = document.data.get(key)
    return set(raw) if isinstance(raw, dict) else set()
