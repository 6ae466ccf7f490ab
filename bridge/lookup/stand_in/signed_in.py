"""Which sessions have shown that they may: a service remembers that itself, since a secret comes only once."""

from __future__ import annotations

from collections.abc import Callable

SECONDS = 300.0


class SignedIn:
    """Sessions and whom they belong to, for five minutes each."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._sessions: dict[str, tuple[str, float]] = {}

    def add(self, session: str, who: str) -> None:
        """This session may speak for `who`."""
        now = self._now()
        self._sessions = {key: kept for key, kept in self._sessions.items() if kept[1] > now}
        self._sessions[session] = (who, now + SECONDS)

    def who(self, session: str) -> str | None:
        """For whom the session may speak."""
        who, until = self._sessions.get(session, ("", 0.0))
        return who if until > self._now() else None

    def drop(self, session: str) -> None:
        """It may no longer."""
        self._sessions.pop(session, None)
