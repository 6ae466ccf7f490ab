"""What this process remembers of the latest sessions, so that most turns need not read what they are about to write.

The store decides: a move from memory is written only over the very turn that is remembered, and another process may
have gone on. Nothing is lost with this memory but a little time. Sessions lie here packed: as values each takes three
times the room, in a dozen objects that every garbage collection would look at.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Generic, TypeVar

from msgspec.msgpack import Decoder, Encoder

from bridge.gateways.moves import Known
from bridge.menu import State
from bridge.value import Value, replace

V = TypeVar("V")

SESSIONS = 5_000
SPOKEN = 20_000  # longer: these are for the moment when the store cannot say


class Spoken(Value, frozen=True):
    """With which menu a caller was spoken to last, and in which language, where one was chosen."""

    menu: str
    language: str | None


spoken_as = lru_cache(1024)(Spoken)  # callers share these: there are a few menus, each in a few languages


class Latest(Generic[V]):
    """The values put in last, by key: at most `most`, and never fewer than half of that. Safe from any thread.

    They lie in two dictionaries: once the newer one is half of all, it takes the place of the older one. An ordered
    one would take twice the room.
    """

    def __init__(self, most: int) -> None:
        self._newer: dict[bytes, V] = {}
        self._older: dict[bytes, V] = {}
        self._half, self._lock = most // 2, threading.Lock()

    def __len__(self) -> int:
        return len(self._newer.keys() | self._older.keys())

    def put(self, key: bytes, value: V) -> None:
        """Remember `value`, and forget the oldest where there are too many."""
        with self._lock:
            self._newer[key] = value
            if len(self._newer) >= self._half:
                self._older, self._newer = self._newer, {}  # in this order: `get` takes no lock

    def get(self, key: bytes) -> V | None:
        """The value, or None."""
        value = self._newer.get(key)
        return self._older.get(key) if value is None else value

    def drop(self, key: bytes) -> None:
        """Forget one."""
        with self._lock:
            self._newer.pop(key, None)
            self._older.pop(key, None)


class UnderWay:
    """One turn while it is being answered; entering says whether its session has another. `answering` counts them."""

    __slots__ = ("_answering", "_key", "_lock")

    def __init__(self, answering: dict[bytes, int], lock: threading.Lock, key: bytes) -> None:
        self._answering, self._lock, self._key = answering, lock, key

    def __enter__(self) -> bool:
        with self._lock:
            before = self._answering.get(self._key, 0)
            self._answering[self._key] = before + 1
        return before > 0

    def __exit__(self, *error: object) -> None:
        with self._lock:
            left = self._answering.pop(self._key) - 1
            if left:
                self._answering[self._key] = left


class Memory:
    """Sessions, and how their callers were spoken to, by the session's keyed hash."""

    def __init__(self) -> None:
        self.spoken: Latest[Spoken] = Latest(SPOKEN)
        self._sessions: Latest[bytes] = Latest(SESSIONS)
        self._answering: dict[bytes, int] = {}
        self._lock = threading.Lock()

    def remember(self, known: Known, language: str | None) -> None:
        """A session as it was just written. Its secrets end here: they are for the turn that they came in.

        One that has ended is forgotten: at most its last screen is asked for again, and that is in the store.
        """
        self.spoken.put(known.row.id, spoken_as(known.row.menu, language))
        if known.talk.ends:
            self.forget(known.row.id)
            return
        try:
            self._sessions.put(known.row.id, _packed(known))
        except UnicodeEncodeError:  # half of a surrogate pair, which JSON can escape and UTF-8 cannot hold
            self.forget(known.row.id)

    def session(self, key: bytes, now: float) -> Known | None:
        """The session, where it is remembered and its time is not over."""
        packed = self._sessions.get(key)
        if packed is None:
            return None
        known = _UNPACK(packed)
        return None if known.is_over(now) else known

    def under_way(self, key: bytes) -> UnderWay:
        """Within it a turn of this session is being answered; whether another one is, too."""
        return UnderWay(self._answering, self._lock, key)

    def forget(self, key: bytes) -> None:
        """Drop a session that was changed elsewhere."""
        self._sessions.drop(key)


_PACK, _UNPACK = Encoder().encode, Decoder(Known).decode


def _packed(known: Known) -> bytes:
    """Without the secrets, and without the row's own copy of what the talk says."""
    state, row, talk = known.talk.state, known.row, known.talk
    if state.secrets:
        talk = replace(talk, state=State(state.answers, state.page, state.wrong))
    if row.content:
        row = replace(row, content={})
    return _PACK(Known(row, talk))
