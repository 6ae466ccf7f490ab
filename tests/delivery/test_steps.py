"""Claim, call and finish, one step at a time by a clock of the test's own, against the real sandbox."""

from __future__ import annotations

from functools import partial

from sqlalchemy import select

from bridge.delivery import Rules
from bridge.delivery.limiter import Rate, Rates
from bridge.store import deliveries, limits, recovery, statements
from bridge.store.tables import delivery
from bridge.value import replace
from tests.delivery.stage import SET_UP, Clock, Stage

SETTLE = recovery.Settle()
PROOF = SETTLE.proof


def slow(stage: Stage) -> None:
    """The times of production, which the clock makes short."""
    stage.rules = replace(Rules(), rates=stage.rules.rates)


def test_the_attempt_is_on_disk_before_the_call(timed: Stage) -> None:
    (reference,) = timed.accept()
    (job,) = timed.claim()
    row = timed.row(reference)
    assert (row["state"], row["tries"], row["owner"]) == ("calling", 1, "here#1")
    assert row["attempt_at"] == timed.now()
    assert row["lease"] > timed.now()
    assert timed.history() == [("create", None)]
    assert not timed.tasks()
    timed.call(job)
    assert timed.row(reference)["state"] == "done"
    assert timed.history() == [("create", "done")]


def test_what_is_claimed_is_not_claimed_twice(timed: Stage) -> None:
    timed.accept(3)
    assert len(timed.claim()) == 3
    assert not timed.claim()


def test_the_longest_waiting_goes_first(timed: Stage, clock: Clock) -> None:
    first = timed.accept()
    clock.forward(1)
    timed.accept(3)
    assert [job.reference for job in timed.claim(free=1)] == first


def test_no_more_calls_run_at_once_than_the_cap_whoever_makes_them(timed: Stage) -> None:
    timed.accept(10)
    assert len(timed.claim(owner="here#1")) == timed.rules.cap
    assert not timed.claim(owner="there#1")


def test_no_more_calls_start_than_the_rate_allows(timed: Stage, clock: Clock) -> None:
    timed.rules = replace(timed.rules, cap=99, rates=Rates(Rate(2.0, 3.0), Rate(1.0, 1.0)))
    timed.accept(10)
    assert len(timed.claim()) == 3
    clock.forward(1)
    assert len(timed.claim()) == 2
    assert not timed.claim()


def test_a_late_finish_changes_nothing(timed: Stage, clock: Clock) -> None:
    (reference,) = timed.accept()
    (late,) = timed.claim()
    clock.forward(timed.rules.lease)
    (again,) = timed.claim()
    assert again.kind == "lookup"
    lie = deliveries.Next("dead", timed.now(), reason="a lie")
    assert not timed.store.write(lambda conn: deliveries.finish(conn, late, lie, timed.now()))
    assert timed.row(reference)["state"] == "calling"


def test_another_owner_or_another_try_cannot_finish(timed: Stage) -> None:
    (reference,) = timed.accept()
    (job,) = timed.claim()
    then = deliveries.Next("dead", timed.now())
    for stranger in (replace(job, owner="there#1"), replace(job, tries=job.tries + 1)):
        assert not timed.store.write(partial(deliveries.finish, job=stranger, then=then, now=0.0))
    assert timed.row(reference)["state"] == "calling"


def test_a_lost_answer_is_looked_up_after_fifteen_seconds_and_found(timed: Stage, clock: Clock) -> None:
    slow(timed)
    timed.world.faults.add("drop_after", "create", calls=1)
    (reference,) = timed.accept()
    timed.step()
    assert timed.row(reference)["state"] == "check"
    clock.forward(14)
    assert not timed.claim()
    clock.forward(1)
    timed.step()
    assert timed.row(reference)["state"] == "done"
    assert timed.row(reference)["task_sid"]
    assert timed.history() == [("create", "unknown"), ("lookup", "done")]
    assert timed.once_each()


def test_a_call_without_effect_is_made_again_after_two_looks(timed: Stage, clock: Clock) -> None:
    slow(timed)
    timed.world.faults.add("drop_before", "create", calls=1)
    timed.accept()
    timed.step()
    for wait in (15, 30, 0):  # the looks at 15 and 45 seconds, then the create at once
        clock.forward(wait)
        timed.step()
    assert timed.history() == [
        ("create", "unknown"),
        ("lookup", "missing"),
        ("lookup", "missing"),
        ("create", "done"),
    ]
    assert timed.once_each()


def test_a_task_that_comes_between_the_looks_is_not_made_again(timed: Stage, clock: Clock) -> None:
    slow(timed)
    timed.world.faults.add("drop_before", "create", calls=1)
    timed.accept()
    (job,) = timed.step()
    clock.forward(15)
    timed.step()
    late = timed.plan.order(timed.store.submission(job.submission_id), job.external_id, job.reference, None)  # type: ignore[arg-type]
    assert late
    timed.world.tasks.create(
        {
            "WorkflowSid": late.workflow_sid,
            "TaskChannel": "ussd",
            "Attributes": late.attributes,
        }
    )
    clock.forward(30)
    timed.step()
    assert timed.all_done()
    assert timed.once_each()


def end(stage: Stage, sid: str) -> None:
    stage.world.tasks.update(sid, {"AssignmentStatus": "canceled", "Reason": "done"})


def test_a_task_that_was_made_and_ended_in_an_outage_is_found_in_the_event_log(timed: Stage, clock: Clock) -> None:
    slow(timed)
    timed.world.faults.add("drop_after", "create", calls=1)
    (reference,) = timed.accept()
    timed.step()
    end(timed, timed.world.tasks.search({}, [])[0]["sid"])
    clock.forward(3 * 3600)
    assert not timed.tasks()
    timed.step()
    assert timed.row(reference)["state"] == "done"
    assert timed.row(reference)["task_sid"]
    assert timed.world.faults.calls["create"] == 1


def test_long_after_the_attempt_the_event_log_alone_lets_it_be_made_again(timed: Stage, clock: Clock) -> None:
    slow(timed)
    timed.world.faults.add("drop_before", "create", calls=1)
    timed.accept()
    timed.step()
    clock.forward(PROOF + 60)
    timed.step()
    clock.forward(5)
    timed.step()
    assert timed.world.faults.calls["events"] == 1
    assert timed.once_each()
    assert timed.all_done()


def test_where_the_event_log_cannot_be_read_it_is_held_and_nothing_stops(timed: Stage, clock: Clock) -> None:
    slow(timed)
    timed.world.faults.add("drop_before", "create", calls=1)
    timed.world.faults.add("unavailable", "events", status=403)
    (reference,) = timed.accept()
    timed.step()
    clock.forward(PROOF + 60)
    timed.step()
    row = timed.row(reference)
    assert (row["state"], row["http_status"]) == ("held", 403)
    assert "event log" in row["reason"]
    assert timed.gate().fault is None


def test_when_the_event_log_no_longer_reaches_back_it_is_held(timed: Stage, clock: Clock) -> None:
    slow(timed)
    timed.world.faults.add("drop_before", "create", calls=1)
    (reference,) = timed.accept()
    timed.step()
    clock.forward(SETTLE.events + 60)
    timed.step()
    assert timed.row(reference)["state"] == "held"
    assert timed.world.faults.calls["events"] == 0


def test_in_an_outage_every_second_probe_is_a_look_up_so_that_few_tasks_come_into_doubt(
    timed: Stage, clock: Clock
) -> None:
    slow(timed)
    timed.rules = replace(timed.rules, cap=1)
    timed.world.faults.add("unavailable", "any", seconds=3600)
    timed.accept(200)
    for _ in range(1200):
        clock.forward(3)
        timed.step()
    assert timed.states()["check"] < 70
    assert timed.states()["ready"] > 130
    assert timed.world.faults.calls["unavailable"] < 150


def test_lists_that_go_on_failing_after_an_outage_do_not_stop_creates(timed: Stage, clock: Clock) -> None:
    slow(timed)
    timed.world.faults.add("unavailable", "create", calls=8)
    timed.world.faults.add("unavailable", "list")
    timed.accept(8)
    for _ in range(100):
        clock.forward(3)
        timed.step()
    assert timed.states() == {"check": 8}
    (late,) = timed.accept()
    for _ in range(25):  # two probes, half a minute apart
        clock.forward(3)
        timed.step()
    assert timed.row(late)["state"] == "done"


def test_in_an_outage_one_probe_goes_at_a_time_whoever_makes_it(timed: Stage, clock: Clock) -> None:
    timed.rules = replace(timed.rules, cap=5)
    timed.world.faults.add("unavailable", "create")
    timed.accept(9)
    timed.step()
    assert timed.gate().failures == 5
    assert not timed.claim()
    clock.forward(0.1)
    (probe,) = timed.claim(owner="here#1")
    assert not timed.claim(owner="there#1")
    timed.world.faults.clear()
    timed.call(probe)
    assert len(timed.claim(owner="there#1")) > 1


def test_after_an_outage_all_goes_on_at_once(timed: Stage, clock: Clock) -> None:
    timed.rules = replace(
        timed.rules, patience=replace(timed.rules.patience, backoff_first=1000.0, backoff_most=1000.0)
    )
    good = timed.account.url
    timed.account = replace(timed.account, url="http://127.0.0.1:1")
    timed.accept(8)
    for _ in range(6):
        timed.step()
        clock.forward(31)
    assert timed.states() == {"ready": 8}
    timed.account = replace(timed.account, url=good)
    timed.accept()
    for _ in range(4):
        timed.step()
        clock.forward(1)
    assert timed.all_done()
    assert timed.once_each()


def test_a_fault_of_the_set_up_pauses_all_and_costs_nobody_anything(timed: Stage, clock: Clock) -> None:
    impatient = replace(timed.rules.patience, give_up_after=1.0)
    timed.rules = replace(timed.rules, cap=3, patience=impatient)
    timed.world.faults.add("unavailable", "create", status=401, calls=6)
    timed.accept(5)
    clock.forward(10)
    timed.step()
    assert not timed.claim()
    assert "AUTH_TOKEN" in (timed.gate().fault or "")
    assert set(timed.states()) == {"ready"}
    for _ in range(20):
        clock.forward(0.3)
        timed.step()
    assert timed.gate().fault is None
    assert timed.all_done()
    assert timed.once_each()


def test_a_fault_in_our_own_files_is_a_fault_too(timed: Stage, clock: Clock) -> None:
    timed.plan.broken = SET_UP
    timed.accept()
    timed.step()
    assert timed.gate().fault == str(SET_UP)
    assert timed.world.faults.calls["create"] == 0
    timed.plan.broken = None
    clock.forward(1)
    timed.step()
    assert timed.all_done()


def test_a_crash_before_the_call_is_no_outage_of_taskrouter(timed: Stage, clock: Clock) -> None:
    timed.plan.broken = KeyError("+221770000001")
    timed.accept(9)
    for _ in range(9):
        timed.step()
        clock.forward(0.01)
    assert timed.gate().failures == 0
    assert all("KeyError" in row["reason"] and "221" not in row["reason"] for row in timed.rows())
    timed.plan.broken = None
    for _ in range(5):
        clock.forward(1)
        timed.step()
    assert timed.once_each()


def test_where_the_route_makes_no_task_it_is_done_without_one(timed: Stage) -> None:
    timed.plan.taskless = True
    (reference,) = timed.accept()
    timed.step()
    row = timed.row(reference)
    assert (row["state"], row["task_sid"], row["reason"]) == ("done", None, "The route makes no task of it.")
    assert timed.world.faults.calls["create"] == 0


def test_a_call_that_comes_long_after_its_claim_is_not_made(timed: Stage, clock: Clock) -> None:
    """As on a machine that was suspended in between: somebody else may be at it by now."""
    timed.accept()
    (job,) = timed.claim()
    clock.forward(11)
    timed.call(job)
    assert timed.world.faults.calls["create"] == 0
    timed.step()
    timed.step()
    clock.forward(1)
    timed.step()
    timed.step()
    assert timed.once_each()


def test_what_was_refused_is_dead_with_its_reason_and_status(timed: Stage) -> None:
    timed.world.faults.add("unavailable", "create", status=400)
    (reference,) = timed.accept()
    timed.step()
    row = timed.row(reference)
    assert (row["state"], row["http_status"]) == ("dead", 400)
    assert row["reason"]


def test_given_up_by_age(timed: Stage, clock: Clock) -> None:
    timed.account = replace(timed.account, url="http://127.0.0.1:1")
    (reference,) = timed.accept()
    timed.step()
    assert timed.row(reference)["state"] == "ready"
    clock.forward(timed.rules.patience.give_up_after + 1)
    timed.step()
    assert timed.row(reference)["state"] == "dead"
    assert timed.row(reference)["reason"].startswith("given up by age")


def test_a_complete_submission_takes_the_place_of_a_partial_that_has_no_task_yet(timed: Stage) -> None:
    (reference,) = timed.accept(complete=False, session="SM9")
    timed.accept(session="SM9")
    timed.step()
    timed.step()
    partial = timed.row(reference, complete=False)
    assert (partial["state"], partial["task_sid"]) == ("done", None)
    assert [task["ussd"]["complete"] for task in timed.tasks()] == [True]
    assert timed.world.faults.calls == {"create": 1}


def test_a_complete_submission_updates_the_task_of_its_partial(timed: Stage) -> None:
    (reference,) = timed.accept(complete=False, session="SM9")
    timed.step()
    timed.accept(session="SM9")
    timed.step()
    partial, complete = timed.row(reference, complete=False), timed.row(reference)
    assert partial["task_sid"] == complete["task_sid"] is not None
    assert [task["ussd"]["complete"] for task in timed.tasks()] == [True]
    assert timed.history() == [("create", "done"), ("update", "done")]


def test_an_update_whose_answer_is_lost_is_made_again(timed: Stage, clock: Clock) -> None:
    timed.accept(complete=False, session="SM9")
    timed.step()
    timed.world.faults.add("drop_after", "update", calls=1)
    timed.accept(session="SM9")
    timed.step()
    clock.forward(1)
    timed.step()
    assert timed.history()[1:] == [("update", "unknown"), ("update", "done")]
    assert len(timed.tasks()) == 1


def test_where_the_partials_task_has_ended_the_complete_one_gets_its_own_linked(timed: Stage) -> None:
    (reference,) = timed.accept(complete=False, session="SM9")
    timed.step()
    ended = timed.row(reference, complete=False)["task_sid"]
    end(timed, ended)
    timed.accept(session="SM9")
    timed.step()
    timed.step()
    linked = [task["conversations"]["conversation_id"] for task in timed.tasks() if "conversations" in task]
    assert linked == [ended]
    assert timed.row(reference)["task_sid"] not in (None, ended)


def test_a_complete_submission_waits_while_its_partials_task_is_in_doubt(timed: Stage, clock: Clock) -> None:
    slow(timed)
    timed.world.faults.add("drop_after", "create", calls=1)
    (reference,) = timed.accept(complete=False, session="SM9")
    timed.step()
    timed.accept(session="SM9")
    assert not timed.step()
    assert timed.row(reference)["state"] == "ready"
    clock.forward(15)
    assert [job.kind for job in timed.step()] == ["lookup"]
    assert [job.kind for job in timed.step()] == ["update"]
    assert len(timed.tasks()) == 1


def test_a_partial_that_is_dead_or_held_keeps_no_complete_one_waiting(timed: Stage) -> None:
    timed.world.faults.add("unavailable", "create", status=400, calls=1)
    (reference,) = timed.accept(complete=False, session="SM9")
    timed.step()
    timed.accept(session="SM9")
    timed.step()
    assert timed.row(reference, complete=False)["state"] == "dead"
    assert timed.row(reference)["state"] == "done"
    assert len(timed.tasks()) == 1


def test_a_process_that_died_in_a_create_leaves_it_to_be_looked_up(timed: Stage, clock: Clock) -> None:
    slow(timed)
    timed.accept()
    timed.claim()
    clock.forward(5)
    timed.store.write(lambda conn: recovery.recover_all(conn, SETTLE, timed.now()))
    (row,) = timed.rows()
    assert (row["state"], row["due"]) == ("check", timed.now() + 10)
    assert timed.history() == [("create", "lost")]


def test_a_process_that_died_in_an_update_has_it_made_again(timed: Stage) -> None:
    timed.accept(complete=False, session="SM9")
    timed.step()
    (reference,) = timed.accept(session="SM9")
    timed.claim()
    timed.store.write(lambda conn: recovery.recover_all(conn, SETTLE, timed.now()))
    assert timed.row(reference)["state"] == "ready"
    timed.step()
    assert timed.all_done()
    assert len(timed.tasks()) == 1


def test_a_node_recovers_its_own_and_nobody_elses(timed: Stage) -> None:
    timed.accept(3)
    for owner in ("web_1#a", "web_1#b", "webx1#a"):
        timed.claim(free=1, owner=owner)
    lost = timed.store.write(lambda conn: recovery.recover_node(conn, "web_1", SETTLE, timed.now()))
    assert lost == 2
    assert [row["owner"] for row in timed.rows() if row["state"] == "calling"] == ["webx1#a"]


def test_a_hundred_thousand_waiting_are_never_read_at_once(timed: Stage) -> None:
    """Both databases find the next few by an index, look-ups too, however many wait."""
    for state in ("ready", "check"):
        question = (
            select(delivery.c.submission_id)
            .where(statements.in_state(state), delivery.c.due <= 1.0)
            .order_by(delivery.c.due, delivery.c.submission_id)
            .limit(4)
        )
        text = str(question.compile(compile_kwargs={"literal_binds": True}))
        with timed.store.read() as conn:
            if conn.dialect.name != "sqlite":
                conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
            explain = "EXPLAIN QUERY PLAN " if conn.dialect.name == "sqlite" else "EXPLAIN "
            plan = str(conn.exec_driver_sql(explain + text).all())
        assert f"delivery_{state}" in plan
        assert "Sort" not in plan
        assert "TEMP B-TREE" not in plan


def test_the_gates_rows_are_made_once(timed: Stage) -> None:
    for _ in range(2):
        timed.store.write(limits.prepare)
    with timed.store.read() as conn:
        assert limits.seen(conn).api == limits.Gate("create")


def test_no_number_and_no_answer_stands_in_the_tables_of_delivery(timed: Stage) -> None:
    timed.world.faults.add("unavailable", "create", status=400)
    timed.accept(2)
    timed.step()
    told = str([dict(row) for row in timed.rows()]) + str(timed.history())
    assert "221770000001" not in told
    assert "shelter" not in told
