"""What a gateway file fills in. HTTP, protection, sessions and menus are no gateway's business."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import ClassVar

from bridge.gateways.turn import Reply, Turn
from bridge.gateways.wire import Answer, Request


class Gateway(ABC):
    """One provider's protocol. A subclass says its limits as class data and translates: `read` in, `write` out.

    `septets`, `units`: what one screen carries, in GSM 03.38 septets and in UCS-2 units.
    `answer_seconds`: how long the provider waits for us, where it says so; None where it does not.
    """

    name: ClassVar[str]  # in the URL, in routes.yaml, and in capitals in `<NAME>_TOKEN`
    title: ClassVar[str]  # as the provider writes itself
    septets: ClassVar[int] = 160
    units: ClassVar[int] = 70
    answer_seconds: ClassVar[int | None] = None

    method: ClassVar[str] = "POST"
    media_types: ClassVar[tuple[str, ...]] = ("application/json", "text/json", "text/plain")
    paths: ClassVar[re.Pattern[str]] = re.compile("")  # what may stand below the token

    international_first: ClassVar[bool] = True  # numbers come without `+`, but with the country's code
    caller_on_every_turn: ClassVar[bool] = True  # False: the session's id alone must tell sessions apart
    reuses_ids: ClassVar[bool] = False  # True: an id lasts longer than a session, so each begin is a new dialling
    dials_whole: ClassVar[bool] = (
        False  # True: `service_code` may have dialled inputs behind it; routes tell them apart
    )

    @abstractmethod
    def read(self, request: Request) -> Turn:
        """The request as a turn. Raises `Malformed` where it lacks what every request of this provider has."""

    @abstractmethod
    def write(self, reply: Reply, turn: Turn) -> Answer:
        """The screen as this provider wants it. `turn` is an empty one where the request could not be read."""

    def acknowledge(self, turn: Turn, active: bool) -> Answer:
        """The answer where no screen is asked for. `active` says whether the session is still open with us."""
        return Answer(b"", "text/plain; charset=utf-8")

    def allowed(self, path: str) -> str:
        """The method that `path`, below the token, takes."""
        return self.method
