"""What a session remembers between two turns: the sealed part of its row, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.menu import State


@dataclass(frozen=True, slots=True)
class Talk:
    """How far the caller is, what was shown last, and what of the gateway's inputs was already heard.

    `heard` counts the inputs of a transcript that were taken in. `digest` is a keyed hash of these, or of the latest
    input: enough to tell a repetition, and no PIN is written down. `text` and `ends` are the last answer, for retries.
    `service_code` is as it was dialled; the row has it bare. `origin` and `started_at` belong to the first dialling
    where a later one goes on from it; submissions are known by them. `offering` is a screen that asks whether to go on.
    """

    session_id: str = field(repr=False)
    service_code: str
    caller: str | None = field(repr=False)
    received: str = field(repr=False)
    simulated: bool
    menu_version: str
    state: State = field(repr=False)
    origin: str = field(repr=False)
    started_at: float
    text: str = field(repr=False)
    ends: bool
    heard: int = 0
    digest: str = field(default="", repr=False)
    stamp: str = field(default="", repr=False)
    partial_kept: bool = False
    offering: bool = False

    def to_data(self) -> dict[str, Any]:
        """As JSON; secrets are left out by the state."""
        data = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {**data, "state": self.state.to_data()}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Talk:
        """What `to_data` gave, here or in a later version: what is not known is left.

        Raises KeyError, TypeError or ValueError for what cannot be read.
        """
        state = State.from_data(data["state"])
        known = {name: value for name, value in data.items() if name in cls.__dataclass_fields__}
        return cls(**{**known, "state": state})
