"""`python -m bridge erase`: take out what one caller left, here and in the task at Twilio; say what was done."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TextIO

from sqlalchemy import Connection

from bridge.commands import environment
from bridge.commands.arguments import NO_REFERENCE
from bridge.commands.beside import store_beside
from bridge.e164 import read_number
from bridge.errors import SetupError
from bridge.gateways.codes import number_key
from bridge.gateways.talk import Talk
from bridge.routes import Route, load_routes
from bridge.service import account
from bridge.settings import Settings
from bridge.store import Session, Store, audit, rates, reference
from bridge.store.erasing import (
    Erased,
    close,
    erase,
    erase_sessions,
    ids_of_callers,
    ids_of_reference,
    nothing_found,
    sessions_of,
    standing,
)
from bridge.store.sessions import caller_key
from bridge.taskrouter import Outcome, TaskRouter

CALL_SECONDS = 100.0  # longer than any call that may be under way
CERTAIN = 60.0  # seconds after an attempt; a task that is not found then was not made
AMBIGUOUS = (
    "this number is another person's in each country of your routes ({}): type it with + and its country code. "
    "Nothing was erased."
)
NO_NUMBER = "no number was typed, so nothing was erased: type it with + and its country code, like +221771234567"
NOT_READ = (
    "Nothing is kept under this as it was typed. It cannot be read as a telephone number, so the caller's own may be "
    "kept all the same: type it with + and its country code, like +221771234567."
)
NOTHING = "Nothing is kept under this; what was erased by number before is found by its reference."
EPILOG = """\
Removed are, in the bridge's database: number, answers and every other word of the caller; sessions; counts
kept under the number. A request that was not delivered is not delivered any more. At Twilio: the attributes
of the task, where the task still exists; its name, reference and external_id stay, so that agents see what it is.

Not within the bridge's reach: calls, recordings, Flex Insights, TaskRouter's event log (30 days), the outbound
call's own task, Telerivet, the gateway, your backups. docs/data-protection.md says where each is erased.

`--number -` reads the number from standard input, so that it stands in no process list and no shell history.
Exit codes: 0 all of it was removed; 1 nothing was found, or something is left (the lines say what to do);
2 the command could not start."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to erase: one request, or all that these keyed hashes of a number find.

    `in_vain` is what to say where they find nothing.
    """

    reference: str | None = None
    callers: Sequence[bytes] = ()
    rate_keys: Sequence[bytes] = ()
    in_vain: str = NOTHING

    def ids(self, connection: Connection) -> Sequence[int]:
        """The submissions, as they are now."""
        if self.reference is not None:
            return ids_of_reference(connection, self.reference)
        return ids_of_callers(connection, self.callers)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--reference", metavar="REF", help="the request with this reference")
    which.add_argument("--number", metavar="+221…", help="everything of this number; - reads it from standard input")


def run(arguments: argparse.Namespace) -> int:
    settings = environment.settings()
    with store_beside(settings) as store:
        if arguments.reference is not None:
            wanted = by_reference(arguments.reference)
        else:
            typed = _asked() if arguments.number == "-" else arguments.number
            wanted = by_number(store, typed.strip(), countries(settings))
        return perform(wanted, store, TaskRouter(account(settings)), sys.stdout)


def _asked() -> str:
    if sys.stdin.isatty():
        print("Number: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline()


def by_reference(typed: str) -> Wanted:
    """The request behind what somebody typed."""
    tidied = reference.tidy(typed)
    return Wanted(tidied) if tidied else Wanted("", in_vain=NO_REFERENCE)


def by_number(store: Store, typed: str, countries: Sequence[str | None]) -> Wanted:
    """Every spelling that the number may have been kept under. SetupError where it is none, or may be two people's."""
    if not typed:
        raise SetupError(NO_NUMBER)
    spellings = _spellings(typed, countries)
    callers = [key for spelling in spellings if (key := caller_key(store.seal, spelling))]
    digits = sorted({number_key(spelling) for spelling in spellings})
    is_read = any(read_number(spelling, None) for spelling in spellings)
    rate_keys = [rates.key_of(store.seal, number) for number in digits]
    return Wanted(None, callers, rate_keys, NOTHING if is_read else NOT_READ)


def _spellings(typed: str, countries: Sequence[str | None]) -> Sequence[str]:
    """The number as every country of the routes reads it, and as a gateway may have sent what nobody can read."""
    read = {number for country in countries if (number := read_number(typed, country))}
    if len(read) > 1:
        raise SetupError(AMBIGUOUS.format(", ".join(filter(None, countries))))
    digits = {number_key(spelling) for spelling in (typed, *read)}
    raw = {prefix + number for number in digits for prefix in ("", "+", "00")}
    anothers = {spelling for spelling in raw if read and read_number(spelling, None) not in (None, *read)}
    return sorted({typed, *read} | (raw - anothers))


def countries(settings: Settings) -> Sequence[str | None]:
    """Those in which the routes read numbers. A menu that is out of order holds up no erasure."""
    found = load_routes(settings.routes_file, Route(country=settings.default_country)).all()
    return sorted({route.country or "" for route in found})


def perform(
    wanted: Wanted,
    store: Store,
    taskrouter: TaskRouter,
    out: TextIO,
    *,
    now: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """The command on an open store; its exit code."""
    who = audit.person()
    origins = sessions_of(store, wanted.ids)

    def belongs(session: Session) -> bool:
        return store.seal.index("session", Talk.from_data(session.content).origin) in origins

    sessions = erase_sessions(store, wanted.callers, wanted.rate_keys, belongs, who=who, now=now())
    erased = erase(store, wanted.ids, who=who, now=now())
    if not erased and not sessions:
        return _nothing(wanted, store, out, who, now())
    if sessions:
        print(f"Sessions deleted: {sessions}.", file=out)
    settled = [_settled(one, store, now, sleep) for one in erased]  # all, before the first task that they may share
    left = [one for one in settled if not _told(one, store, taskrouter, out, now())]
    if not store.empty_log():
        print("The database was busy: older pages stay in its write-ahead log until the next purge.", file=out)
    return 1 if left else 0


def _nothing(wanted: Wanted, store: Store, out: TextIO, who: str, now: float) -> int:
    if wanted.reference is None:
        nothing_found(store, who=who, now=now)
    print(wanted.in_vain, file=out)
    return 1


def _told(one: Erased, store: Store, taskrouter: TaskRouter, out: TextIO, now: float) -> bool:
    """Erase at Twilio what this submission became; whether nothing of it is left."""
    content = "content removed here" if one.had_content else "its content was gone already"
    done, sentence = _at_twilio(one, store, taskrouter, now)
    print(f"{one.reference}, {'complete' if one.complete else 'partial'}: {content}; {sentence}", file=out)
    return done


def _settled(one: Erased, store: Store, now: Callable[[], float], sleep: Callable[[float], None]) -> Erased:
    """The submission once no call is under way; its lease ends each in time."""
    give_up_at = now() + CALL_SECONDS
    while one.state == "calling" and now() < give_up_at:
        sleep(0.2)
        with store.read() as connection:
            (later,) = standing(connection, [one.submission_id])
        one = replace(later, had_content=one.had_content)
    return one


def _at_twilio(one: Erased, store: Store, taskrouter: TaskRouter, now: float) -> tuple[bool, str]:
    again = f"run `python -m bridge erase --reference {one.reference}` again in a minute."
    in_doubt = one.state in ("check", "held")
    if one.state == "calling":
        return False, f"a call to TaskRouter is under way: {again}"
    if one.external_id is None or not (one.task_sid or in_doubt or one.possible_duplicate):
        return True, "it made no task."
    outcome = taskrouter.erase(one.external_id, one.reference, one.task_sid)
    if outcome.kind not in ("done", "missing"):
        return False, f"at Twilio it is NOT erased ({outcome.reason or outcome.kind}): {again}"
    if in_doubt and outcome.kind == "missing" and now - (one.attempt_at or 0.0) < CERTAIN:
        return False, f"whether it has a task cannot be told yet: {again}"
    close(store, one.submission_id, outcome.task_sid, now)
    return True, _of_task(one.task_sid, outcome)


def _of_task(task_sid: str | None, outcome: Outcome) -> str:
    if outcome.kind == "done":
        more = f" ({outcome.reason})" if outcome.reason else ""
        return f"the attributes of its task {outcome.task_sid} at Twilio are removed{more}."
    if task_sid is None:
        return "no live task has its id; an ended one stays in TaskRouter's event log for 30 days."
    return f"its task {task_sid} has ended and is gone; TaskRouter's event log keeps it for 30 days."
