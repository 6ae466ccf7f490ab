"""What a session remembers between two turns: the sealed part of its row, as values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import asdict

from bridge.menu import State
from bridge.value import Value


class Talk(Value, frozen=True, array_like=True):
    """How far the caller is, what was shown last, and what of the gateway's inputs was already heard.

    `heard` counts the inputs of a transcript that were taken in. `digest` is a keyed hash of these, or of the latest
    input: enough to tell a repetition, and no PIN is written down. `text` and `ends` are the last answer, for retries.
    `service_code` is as it was dialled; the row has it bare. `origin` and `started_at` belong to the first dialling
    where a later one goes on from it; submissions are known by them. `offering` is a screen that asks whether to go on.
    """

    session_id: str
    service_code: str
    caller: str | None
    received: str
    simulated: bool
    menu_version: str
    state: State
    origin: str
    started_at: float
    text: str
    ends: bool
    heard: int = 0
    digest: str = ""
    stamp: str = ""
    partial_kept: bool = False
    offering: bool = False

    def to_data(self) -> dict[str, Any]:
        """As JSON; secrets are left out by the state."""
        return {**asdict(self), "state": self.state.to_data()}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Talk:
        """What `to_data` gave, here or in a later version: what is not known is left.

        Raises KeyError, TypeError or ValueError for what cannot be read.
        """
        state = State.from_data(data["state"])
        known = {name: value for name, value in data.items() if name in cls.__struct_fields__}
        return cls(**{**known, "state": state})
