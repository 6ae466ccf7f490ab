"""The purge forgets each kind of data in its time, and nothing before."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import Connection, insert, select

from bridge.commands import purge as command
from bridge.errors import Conflict
from bridge.menu import load_menus
from bridge.purging import keep
from bridge.settings import read
from bridge.store import Store, audit, engines, open_store, overview, retention, sessions
from bridge.store.retention import Keep, Purged, erase_content, purge
from bridge.store.session_tables import lost, session
from bridge.store.tables import submission
from tests.delivery.stage import Clock, Stage
from tests.gateways.conftest import MENUS, TOKEN, House
from tests.gateways.phones import Phone
from tests.protection.keeping import DAY, how_many, known, told, trail, with_content
from tests.store.samples import complete, incomplete


def purged(stage: Stage, **keeping: float) -> Purged:
    return purge(stage.store, Keep(**keeping), stage.now(), who="test")


def delivered(stage: Stage, **more: object) -> str:
    (reference,) = stage.accept(**more)  # type: ignore[arg-type]
    stage.step()
    return reference


def dead(stage: Stage) -> str:
    stage.world.faults.add("unavailable", "create", status=400, calls=1)
    return delivered(stage)


def held(stage: Stage, clock: Clock) -> str:
    stage.world.faults.add("drop_before", "create", calls=1)
    stage.world.faults.add("unavailable", "events", status=403)
    reference = delivered(stage)
    clock.forward(stage.rules.patience.settle.proof + 60)
    stage.step()
    stage.world.faults.clear()
    assert stage.row(reference)["state"] == "held"
    return reference


def test_number_and_answers_go_seven_days_after_the_task_was_made(timed: Stage, clock: Clock) -> None:
    reference = delivered(timed)
    clock.forward(7 * DAY - 1)
    assert purged(timed).contents == 0
    assert with_content(timed.store) == [reference]
    clock.forward(2)
    assert purged(timed) == Purged(contents=1)
    assert (with_content(timed.store), known(timed.store)) == ([], [reference])
    assert told(timed.store) == [("purge", None, "content", 1)]


def test_what_waits_to_be_delivered_is_never_purged(timed: Stage, clock: Clock) -> None:
    timed.world.faults.add("drop_before", "create", calls=1)
    in_doubt = delivered(timed)
    (under_way,) = timed.accept()
    timed.claim()
    (waiting,) = timed.accept()
    assert timed.states() == {"check": 1, "calling": 1, "ready": 1}
    clock.forward(4_000 * DAY)
    assert purged(timed) == Purged(attempts=2)
    assert with_content(timed.store) == [in_doubt, under_way, waiting]


def test_what_nobody_saw_to_goes_after_its_own_time_with_a_line_and_an_entry_each(
    timed: Stage, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    lost_ones = [dead(timed), held(timed, clock)]
    clock.forward(29 * DAY)
    assert purged(timed, content=0) == Purged(attempts=0)
    assert with_content(timed.store) == lost_ones
    clock.forward(2 * DAY)
    with caplog.at_level(logging.WARNING, "bridge.store.retention"):
        assert purged(timed).undelivered == 2
    assert caplog.messages == ["event=purged_undelivered count=2"]
    assert with_content(timed.store) == []
    assert {row["state"] for row in timed.rows()} == {"done"}
    assert {row["reason"] for row in timed.rows()} == {retention.PURGED}
    assert {("purge undelivered", reference, None, None) for reference in lost_ones} <= set(told(timed.store))


def test_a_dead_one_that_is_sent_again_starts_anew(timed: Stage, clock: Clock) -> None:
    reference = dead(timed)
    clock.forward(31 * DAY)
    row_id = timed.row(reference)["submission_id"]
    timed.store.write(lambda connection: overview.send_again(connection, row_id, clock()))
    assert purged(timed).undelivered == 0
    timed.step()
    assert timed.row(reference)["task_sid"]


def test_a_test_call_that_made_no_task_goes_by_its_acceptance(timed: Stage, clock: Clock) -> None:
    timed.store.accept(complete("SM-sim", simulated=True), b"body", deliver=False)
    clock.forward(8 * DAY)
    assert purged(timed).contents == 1


def test_a_repetition_is_known_after_its_content_went_and_makes_no_second_task(timed: Stage, clock: Clock) -> None:
    first = timed.store.accept(complete("SM-again"), b"body")
    timed.step()
    clock.forward(10 * DAY)
    assert purged(timed).contents == 1
    again = timed.store.accept(complete("SM-again"), b"body")
    assert (again.reference, again.repeated) == (first.reference, True)
    with pytest.raises(Conflict):
        timed.store.accept(complete("SM-again"), b"another body")
    assert timed.step() == []
    assert len(timed.tasks()) == 1


def test_ids_and_references_go_once_no_repetition_is_to_be_expected(timed: Stage, clock: Clock) -> None:
    delivered(timed)
    clock.forward(29 * DAY)
    assert purged(timed).ids == 0
    assert len(known(timed.store)) == 1
    clock.forward(2 * DAY)
    purged_now = purged(timed)
    assert (purged_now.ids, known(timed.store)) == (1, [])
    assert how_many(timed.store, "attempt") == 0
    assert timed.rows() == []


def test_the_two_rows_of_one_dialling_go_together(timed: Stage, clock: Clock) -> None:
    timed.store.accept(incomplete("SM-two"), b"partial")
    timed.step()
    clock.forward(20 * DAY)
    reference = timed.store.accept(complete("SM-two"), b"complete").reference
    timed.step()  # the partial's task has ended in the meantime,
    timed.step()  # so the complete one makes its own
    assert timed.all_done()
    clock.forward(15 * DAY)  # the partial is 35 days old, the complete one 15
    purged(timed)
    assert known(timed.store) == [reference, reference]
    clock.forward(20 * DAY)
    assert purged(timed).ids == 2
    assert known(timed.store) == []


def test_a_partial_that_came_late_keeps_its_complete_one_known(timed: Stage, clock: Clock) -> None:
    timed.store.accept(complete("SM-two"), b"complete")
    timed.step()
    clock.forward(20 * DAY)
    timed.store.accept(incomplete("SM-two"), b"partial")
    clock.forward(15 * DAY)
    assert purged(timed) == Purged(contents=2, attempts=1)
    assert len(known(timed.store)) == 2


def test_an_id_is_kept_while_its_content_is_whatever_the_settings_say(timed: Stage, clock: Clock) -> None:
    reference = dead(timed)
    clock.forward(20 * DAY)
    assert purged(timed, ids=14 * DAY).ids == 0
    assert with_content(timed.store) == [reference]


def test_the_history_of_calls_goes_by_its_own_age(timed: Stage, clock: Clock) -> None:
    delivered(timed)
    clock.forward(31 * DAY)
    delivered(timed)
    assert purged(timed, ids=60 * DAY).attempts == 1
    assert how_many(timed.store, "attempt") == 1


def session_row(number: int, status: str, expires_at: float) -> dict[str, object]:
    plain = {"gateway": "hubtel", "service_code": "1", "menu": "support", "question": "location"}
    times = {"began_at": 0.0, "touched_at": 0.0, "expires_at": expires_at}
    return {"id": bytes([number]) * 32, "turn": 1, "status": status, **plain, **times, "sealed": b"x"}


def test_sessions_that_ended_go_and_broken_ones_are_left_to_the_service_until_nobody_comes(
    timed: Stage, clock: Clock
) -> None:
    now = clock()
    rows = [
        session_row(1, sessions.DONE, now - 1),
        session_row(2, sessions.MOVED, now - 1),
        session_row(3, sessions.DONE, now + 60),
        session_row(4, sessions.OPEN, now - 1),
        session_row(5, sessions.DROPPED, now - 31 * DAY),
    ]
    timed.store.write(lambda connection: connection.execute(insert(session), rows) and None)
    assert purged(timed).sessions == 3
    with timed.store.read() as connection:
        assert {row_id[0] for row_id in connection.scalars(select(session.c.id))} == {3, 4}


def test_sessions_and_counts_under_a_number_go_by_themselves_when_their_time_is_over(
    timed: Stage, clock: Clock
) -> None:
    house = House(timed.store, clock, load_menus(MENUS))
    Phone(house.client, "africastalking", TOKEN, session="s1", number="221770000001").dial()
    clock.forward(599)
    house.gateways.turns.sweep(100)
    assert (how_many(timed.store, "session"), how_many(timed.store, "rate")) == (1, 0)
    clock.forward(2)
    house.gateways.turns.sweep(100)
    assert how_many(timed.store, "session") == 0


def test_counts_of_callers_who_gave_up_go_by_month(timed: Stage, clock: Clock) -> None:
    def count(connection: object) -> None:
        sessions.count_lost(connection, "support", "location", clock())  # type: ignore[arg-type]

    timed.store.write(count)
    clock.forward(300 * DAY)
    timed.store.write(count)
    timed.store.write(count)
    assert purged(timed).counters == 0
    clock.forward(120 * DAY)
    assert purged(timed).counters == 1
    with timed.store.read() as connection:
        assert list(connection.scalars(select(lost.c.count))) == [2]
        assert [tuple(row) for row in sessions.lost_by_question(connection)] == [("support", "location", 2)]


def test_the_trail_itself_goes_after_a_year(database_url: str, data_key: str) -> None:
    clock = Clock()
    clock.forward(-400 * DAY)
    store = open_store(database_url, [data_key], now=clock)
    for _ in range(2):
        store.write(lambda connection: audit.note(connection, "retry", who="test", at=clock()))
        clock.forward(100 * DAY)
    clock.forward(200 * DAY)
    assert purge(store, Keep(), clock(), who="test").audit == 1
    assert [entry.what for entry in trail(store)] == ["retry", "purge"]
    store.close()


def test_many_are_purged_in_small_commits(timed: Stage, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for number in range(7):
        timed.store.accept(complete(f"SM{number}"), b"body", deliver=False)
    clock.forward(8 * DAY)
    batches: list[int] = []

    def counted(connection: Connection, ids: Sequence[int]) -> int:
        batches.append(len(ids))
        return erase_content(connection, ids)

    monkeypatch.setattr(retention, "erase_content", counted)
    assert purged(timed).contents == 7
    assert batches == [2, 2, 2, 1]


def test_a_purge_that_is_stopped_goes_on_where_it_was(
    timed: Stage, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for number in range(5):
        timed.store.accept(complete(f"SM{number}"), b"body", deliver=False)
    clock.forward(8 * DAY)
    turns = iter([True, False, False, False, False, False, False])
    first = purge(timed.store, Keep(), clock(), who="test", goes_on=lambda: next(turns))
    assert first.contents == 2
    assert purged(timed).contents == 3


def test_sqlite_forgets_in_the_file_and_in_its_log(opened: Callable[[str], Store], sqlite_url: str) -> None:
    store = opened(sqlite_url)
    for number in range(300):
        store.accept(complete(f"SM{number}"), b"body", deliver=False)
    with store.read() as connection:
        tokens = list(connection.scalars(select(submission.c.sealed)))
    file = engines.sqlite_file(engines.parse(sqlite_url))
    log = file.with_name(file.name + "-wal")
    assert any(tokens[0][20:80] in path.read_bytes() for path in (file, log))
    result = purge(store, Keep(content=0), 4e9, who="test")
    assert result.contents == 300
    assert log.stat().st_size == 0
    content = file.read_bytes()
    assert [token for token in tokens if token[20:80] in content] == []


def test_the_settings_reach_the_purge() -> None:
    environ = {"KEEP_CONTENT_DAYS": "1", "KEEP_UNDELIVERED_DAYS": "2", "KEEP_IDS_DAYS": "14"}
    environ |= {"KEEP_ATTEMPTS_DAYS": "4", "KEEP_AUDIT_DAYS": "90", "KEEP_COUNTERS_MONTHS": "2"}
    expected = Keep(DAY, 2 * DAY, 14 * DAY, 4 * DAY, 90 * DAY, 61 * DAY)
    assert keep(read(environ)) == expected
    assert keep(read({})) == Keep()


def test_the_command_says_how_many_of_each_kind_went(timed: Stage, clock: Clock) -> None:
    delivered(timed)
    clock.forward(8 * DAY)
    out = io.StringIO()
    assert command.perform(timed.store, Keep(), out, clock) == 0
    lines = {words: count for count, words in (line.split(maxsplit=1) for line in out.getvalue().splitlines())}
    assert len(lines) == len(command.KINDS)
    assert lines[command.KINDS["contents"]] == "1"
    assert "@" in trail(timed.store)[0].who
