"""`python -m bridge erase`: take out what one caller left, here and in the task at Twilio; say what was done."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TextIO

from bridge.commands import environment
from bridge.e164 import read_number
from bridge.gateways.codes import number_key
from bridge.gateways.talk import Talk
from bridge.menu import load_menus
from bridge.service import account, routes
from bridge.settings import Settings
from bridge.store import Session, Store, audit, open_store, rates, reference
from bridge.store.erasing import (
    Erased,
    close,
    erase,
    erase_sessions,
    ids_of_callers,
    ids_of_reference,
    sessions_of,
    standing,
)
from bridge.store.sessions import caller_key
from bridge.taskrouter import Outcome, TaskRouter

CALL_SECONDS = 100.0  # longer than any call that may be under way
CERTAIN = 60.0  # seconds after an attempt; a task that is not found then was not made
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
    """What to erase: the rows, and what sessions and counts are found by."""

    ids: Sequence[int]
    callers: Sequence[bytes] = ()
    rate_keys: Sequence[bytes] = ()


def configure(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--reference", metavar="REF", help="the request with this reference")
    which.add_argument("--number", metavar="+221…", help="everything of this number; - reads it from standard input")


def run(arguments: argparse.Namespace) -> int:
    settings = environment.settings()
    store = open_store(settings.database_url, settings.data_keys, shared=True)
    try:
        if arguments.reference is not None:
            wanted = by_reference(store, arguments.reference)
        else:
            typed = sys.stdin.readline() if arguments.number == "-" else arguments.number
            wanted = by_number(store, typed.strip(), countries(settings))
        return perform(wanted, store, TaskRouter(account(settings)), sys.stdout)
    finally:
        store.close()


def by_reference(store: Store, typed: str) -> Wanted:
    tidied = reference.tidy(typed)
    with store.read() as connection:
        return Wanted(ids_of_reference(connection, tidied) if tidied else ())


def by_number(store: Store, typed: str, countries: Sequence[str | None]) -> Wanted:
    """Every spelling that the number may have been kept under."""
    spellings = {typed, *filter(None, (read_number(typed, country) for country in countries))}
    digits = {number_key(spelling) for spelling in spellings}
    spellings |= {prefix + number for number in digits for prefix in ("", "+", "00")}
    callers = [key for spelling in sorted(spellings) if (key := caller_key(store.seal, spelling))]
    with store.read() as connection:
        ids = ids_of_callers(connection, callers)
    return Wanted(ids, callers, [rates.key_of(store.seal, number) for number in sorted(digits)])


def countries(settings: Settings) -> Sequence[str | None]:
    """Those in which the routes read numbers."""
    found = routes(settings, load_menus(settings.menus_dir)).all()
    return sorted({route.country or "" for route in found} | {settings.default_country or ""})


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
    origins = sessions_of(store, wanted.ids)

    def belongs(session: Session) -> bool:
        return store.seal.index("session", Talk.from_data(session.content).origin) in origins

    erased = erase(store, wanted.ids, who=audit.person(), now=now()) if wanted.ids else ()
    sessions = erase_sessions(store, wanted.callers, wanted.rate_keys, belongs)
    if not erased and not sessions:
        print("Nothing is kept under this; what was erased by number before is found by its reference.", file=out)
        return 1
    if sessions:
        print(f"Sessions deleted: {sessions}.", file=out)
    left = [one for one in erased if not _told(one, store, taskrouter, out, now, sleep)]
    if not store.empty_log():
        print("The database was busy: older pages stay in its write-ahead log until the next purge.", file=out)
    return 1 if left else 0


def _told(
    one: Erased,
    store: Store,
    taskrouter: TaskRouter,
    out: TextIO,
    now: Callable[[], float],
    sleep: Callable[[float], None],
) -> bool:
    """Erase at Twilio what this submission became; whether nothing of it is left."""
    content = "content removed here" if one.had_content else "its content was gone already"
    one = _settled(one, store, now, sleep)
    done, sentence = _at_twilio(one, store, taskrouter, now())
    print(f"{one.reference}, {'complete' if one.complete else 'partial'}: {content}; {sentence}", file=out)
    return done


def _settled(one: Erased, store: Store, now: Callable[[], float], sleep: Callable[[float], None]) -> Erased:
    """The submission once no call is under way; its lease ends each in time."""
    give_up_at = now() + CALL_SECONDS
    while one.state == "calling" and now() < give_up_at:
        sleep(0.2)
        with store.read() as connection:
            (one,) = standing(connection, [one.submission_id])
    return one


def _at_twilio(one: Erased, store: Store, taskrouter: TaskRouter, now: float) -> tuple[bool, str]:
    again = f"run `python -m bridge erase --reference {one.reference}` again in a minute."
    if one.state is None or one.external_id is None:
        return True, "it made no task."
    if one.state == "calling":
        return False, f"a call to TaskRouter is under way: {again}"
    task_sid = one.task_sid
    if task_sid is None and one.state in ("check", "held"):
        found = taskrouter.find(one.external_id)
        if found.kind not in ("done", "missing"):
            return False, f"whether it has a task could not be asked ({found.reason or found.kind}): {again}"
        if found.kind == "missing" and now - (one.attempt_at or 0.0) < CERTAIN:
            return False, f"whether it has a task cannot be told yet: {again}"
        task_sid = found.task_sid
        if task_sid is None:
            close(store, one.submission_id, None, now)
            return True, "no live task has its id; an ended one stays in TaskRouter's event log for 30 days."
    if task_sid is None:
        return True, "it made no task."
    return _task_erased(one, task_sid, store, taskrouter.erase(task_sid, one.external_id, one.reference), now)


def _task_erased(one: Erased, task_sid: str, store: Store, outcome: Outcome, now: float) -> tuple[bool, str]:
    if outcome.kind not in ("done", "missing"):
        why = outcome.reason or outcome.kind
        again = f"run `python -m bridge erase --reference {one.reference}` again"
        return False, f"its task {task_sid} at Twilio is NOT erased ({why}): {again}, or empty it in Flex."
    close(store, one.submission_id, task_sid, now)
    if outcome.kind == "missing":
        return True, f"its task {task_sid} has ended and is gone; TaskRouter's event log keeps it for 30 days."
    return True, f"the attributes of its task {task_sid} at Twilio are removed."
