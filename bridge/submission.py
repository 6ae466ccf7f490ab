"""The one thing that everything passes on: the answers of one session, from the gateway's door to the task."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from bridge.value import Value


class Submission(Value, frozen=True):
    """The answers of one session, complete or partial. Never edited; a later one replaces it.

    `key` makes it the same submission on every retry: the `webhook-id` of a signed one, and
    `<gateway>:<session id>:<begun at>` of one that a server-run gateway finished (session ids are reused there).
    `session` is what a partial and the complete submission of one dialling share.
    `caller` is E.164 or None where what came could not be read; `caller_as_received` is kept as well.
    `answers` holds the menu's raw codes by question name, in the order they were given.
    `started_at` and `submitted_at` are the sender's words (RFC 3339), never used to count ages.
    """

    key: str
    session: str
    gateway: str
    service_code: str
    caller: str | None
    caller_as_received: str
    menu: str
    menu_version: str
    language: str
    answers: Mapping[str, str]
    complete: bool
    simulated: bool
    started_at: str | None = None
    submitted_at: str | None = None

    def __repr__(self) -> str:
        return f"<Submission gateway={self.gateway} menu={self.menu} complete={self.complete}>"


class Receipt(Struct, frozen=True):
    """What the store answers once a submission is on disk: its reference, and whether it was there before."""

    reference: str
    repeated: bool
