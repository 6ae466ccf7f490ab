"""The state of a session: its answers in order; of the question being asked, page and wrong inputs."""

from __future__ import annotations

from typing import Any

from bridge.menu.said import Said

Answers = tuple[tuple[str, str], ...]


class State(Said, frozen=True):
    """All that the next screen depends on, beside the menu and the input.

    `answers` holds (question, value) in the order given. The value of a secret answer stands there as "" and,
    until the session is written down, in `secrets`: `to_data` leaves them out, so a PIN never outlives its turn.
    """

    answers: Answers = ()
    page: int = 0
    wrong: int = 0
    secrets: Answers = ()

    def to_data(self) -> dict[str, Any]:
        """JSON-able, without secrets."""
        return {"answers": [list(pair) for pair in self.answers], "page": self.page, "wrong": self.wrong}

    @classmethod
    def from_data(cls, data: object) -> State:
        """The state that `to_data` gave; ValueError for anything else."""
        if not isinstance(data, dict) or set(data) != {"answers", "page", "wrong"}:
            raise ValueError("a state is an object of answers, page and wrong")
        pairs = data["answers"]
        if not isinstance(pairs, list) or not all(_is_pair(pair) for pair in pairs):
            raise ValueError("answers is a list of pairs of texts")
        if not _is_count(data["page"]) or not _is_count(data["wrong"]):
            raise ValueError("page and wrong are whole numbers from 0")
        return cls(tuple((name, value) for name, value in pairs), data["page"], data["wrong"])


def _is_pair(pair: object) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
