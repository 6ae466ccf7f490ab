"""Protection cases reach only those who are trained for them; sensitive answers stand in no field that is searched."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from bridge.menu import Menu, read_menu
from bridge.planner import Planner, rerouted
from bridge.routes import Route, Routes
from bridge.sandbox import World
from bridge.submission import Submission
from bridge.taskrouter import TaskOrder, TaskRouter
from tests.delivery.stage import Stage
from tests.store.samples import complete, incomplete

WQ, OTHER_WQ = "WQ" + "1" * 32, "WQ" + "2" * 32
WW, OTHER_WW = "WW" + "1" * 32, "WW" + "2" * 32
ROUTE = Route(menu="help", workflow="WW" + "0" * 32, queue="WQ" + "0" * 32, priority=3)

MENU = """
menu: help
languages: {{en: {{label: English}}}}
help_line: "116"
partial: {{after: [need]}}
questions:
  - name: need
    type: select_one
    label: What do you need?
    choices: [{{name: food, label: Food}}, {{name: safety, label: Safety}}]
    {need}
  - name: who
    type: select_one
    label: Who is it about?
    choices: [{{name: adult, label: An adult}}, {{name: child, label: A child}}]
    sensitive: yes
    {who}
end:
  label: "Thank you {{reference}}"
  label_unsent: Thank you
"""


def menu(need: Mapping[str, Any], who: Mapping[str, Any]) -> Menu:
    routes = [f"route_when: {json.dumps(one)}" if one else "" for one in (need, who)]
    return read_menu(MENU.format(need=routes[0], who=routes[1]).encode(), "help")


def said(**answers: str) -> Submission:
    return complete("SM1", menu="help", answers=answers)


Case = tuple[dict[str, Any], dict[str, Any], tuple[str, str, int]]
CASES: dict[str, Case] = {
    "nothing named": ({"food": {"priority": 9}}, {}, (ROUTE.workflow, ROUTE.queue, 3)),
    "a priority alone": ({"safety": {"priority": 9}}, {}, (ROUTE.workflow, ROUTE.queue, 9)),
    "a lower priority than the route's": ({"safety": {"priority": 1}}, {}, (ROUTE.workflow, ROUTE.queue, 1)),
    "a queue alone": ({"safety": {"queue": WQ}}, {}, (ROUTE.workflow, WQ, 3)),
    "a workflow alone takes the route's queue away": ({"safety": {"workflow": WW}}, {}, (WW, "", 3)),
    "both": ({"safety": {"workflow": WW, "queue": WQ}}, {}, (WW, WQ, 3)),
    "the highest priority has the place": (
        {"safety": {"queue": WQ, "priority": 5}},
        {"child": {"queue": OTHER_WQ, "priority": 7}},
        (ROUTE.workflow, OTHER_WQ, 7),
    ),
    "of equals the first in the menu": (
        {"safety": {"queue": WQ, "priority": 7}},
        {"child": {"workflow": OTHER_WW, "priority": 7}},
        (ROUTE.workflow, WQ, 7),
    ),
    "a place without priority counts with the route's": (
        {"safety": {"queue": WQ, "priority": 2}},
        {"child": {"queue": OTHER_WQ}},
        (ROUTE.workflow, OTHER_WQ, 2),
    ),
    "an urgent answer without a place takes none away": (
        {"safety": {"priority": 99}},
        {"child": {"queue": WQ}},
        (ROUTE.workflow, WQ, 99),
    ),
}


@pytest.mark.parametrize(("need", "who", "expected"), CASES.values(), ids=CASES)
@pytest.mark.parametrize("turned", [False, True], ids=["as asked", "in another order"])
def test_where_an_answer_sends_it(
    need: dict[str, Any], who: dict[str, Any], expected: tuple[str, str, int], turned: bool
) -> None:
    answers = {"need": "safety", "who": "child"}
    submission = said(**dict(reversed(answers.items())) if turned else answers)
    route = rerouted(ROUTE, submission, menu(need, who))
    assert (route.workflow, route.queue, route.priority) == expected


def test_an_answer_that_no_menu_knows_changes_nothing() -> None:
    assert rerouted(ROUTE, said(need="unheard of"), menu({"safety": {"queue": WQ}}, {})) == ROUTE
    assert rerouted(ROUTE, said(need="safety"), None) == ROUTE


def test_a_queue_is_a_sid_and_never_a_name() -> None:
    with pytest.raises(Exception, match=r"route_when.safety.queue: found 'protection', expected WQ and 32 hex"):
        menu({"safety": {"queue": "protection"}}, {})


def queue(world: World, name: str) -> str:
    return str(world.resources.add("task_queue", name, {}, world.now())["sid"])


@contextmanager
def protecting(stage: Stage, who: Mapping[str, Any] | None = None) -> Iterator[str]:
    """The stage with the real planner and a menu that sends `need: safety` to a queue of its own; that queue."""
    protection = queue(stage.world, "Protection")
    asked = menu({"safety": {"queue": protection, "priority": 50}}, who or {})
    base = Route(menu="help", workflow=stage.world.seeds.workflow_sid)
    stage.plan = Planner(Routes(base), {"help": asked}, "callback")  # type: ignore[assignment]
    yield protection


def queues(stage: Stage) -> dict[str, tuple[str, int]]:
    """By reference and kind: where each task stands and with what priority."""
    found = {}
    for task in stage.world.tasks.search({}, []):
        ussd = json.loads(task["attributes"])["ussd"]
        found[f"{ussd['reference']} {ussd['complete']}"] = (task["queue_sid"], task["priority"])
    return found


def test_a_protection_case_reaches_its_queue_and_no_other(timed: Stage) -> None:
    stage = timed
    with protecting(stage) as protection:
        safe = stage.store.accept(complete("SM1", menu="help", answers={"need": "safety"}), b"1").reference
        food = stage.store.accept(complete("SM2", menu="help", answers={"need": "food"}), b"2").reference
        stage.step()
    everyone = stage.world.seeds.task_queue_sid
    assert queues(stage) == {f"{safe} True": (protection, 50), f"{food} True": (everyone, 0)}


def test_a_partial_that_names_the_case_reaches_its_queue_too(timed: Stage) -> None:
    stage = timed
    with protecting(stage) as protection:
        first = incomplete("SM1", menu="help", answers={"need": "safety"})
        reference = stage.store.accept(first, b"1").reference
        stage.step()
        stage.store.accept(complete("SM1", menu="help", answers={"need": "safety", "who": "adult"}), b"2")
        stage.step()
    assert queues(stage) == {f"{reference} True": (protection, 50)}  # one task, updated where it stands


def test_a_complete_one_that_goes_elsewhere_makes_its_own_task_there(timed: Stage) -> None:
    stage, child = timed, queue(timed.world, "Children")
    with protecting(stage, {"child": {"queue": child, "priority": 90}}):
        reference = stage.store.accept(incomplete("SM1", menu="help", answers={"need": "food"}), b"1").reference
        stage.step()
        stage.store.accept(complete("SM1", menu="help", answers={"need": "food", "who": "child"}), b"2")
        stage.step()
        stage.step()
    assert queues(stage) == {
        f"{reference} False": (stage.world.seeds.task_queue_sid, 0),
        f"{reference} True": (child, 90),
    }
    attributes = [json.loads(task["attributes"]) for task in stage.world.tasks.search({"TaskQueueSid": child}, [])]
    (first,) = [row["task_sid"] for row in stage.rows() if not row["complete"]]
    assert [one["ussd"]["linked_to"] for one in attributes] == [first]


def test_a_complete_one_raises_the_priority_of_the_task_it_updates(timed: Stage) -> None:
    stage = timed
    with protecting(stage, {"child": {"priority": 90}}) as protection:
        reference = stage.store.accept(incomplete("SM1", menu="help", answers={"need": "safety"}), b"1").reference
        stage.step()
        stage.store.accept(complete("SM1", menu="help", answers={"need": "safety", "who": "child"}), b"2")
        stage.step()
    assert queues(stage) == {f"{reference} True": (protection, 90)}


def test_where_the_partials_content_is_gone_nothing_is_taken_for_granted(timed: Stage) -> None:
    stage = timed
    with protecting(stage):
        stage.store.accept(incomplete("SM1", menu="help", answers={"need": "food"}), b"1")
        stage.step()
        stage.store.write(
            lambda connection: (
                connection.exec_driver_sql("UPDATE submission SET sealed = NULL, caller_key = NULL") and None
            )
        )
        stage.store.accept(complete("SM1", menu="help", answers={"need": "food"}), b"2")
        stage.step()
        stage.step()
    assert len(queues(stage)) == 2


def test_a_sensitive_answer_stands_in_the_panels_list_alone(timed: Stage) -> None:
    stage = timed
    with protecting(stage):
        stage.store.accept(complete("SM1", menu="help", answers={"need": "food", "who": "child"}), b"1")
        stage.step()
    (attributes,) = stage.tasks()
    listed = attributes["ussd"].pop("answers")
    assert [(one["name"], one["value_label"], one.get("sensitive")) for one in listed] == [
        ("need", "Food", None),
        ("who", "A child", True),
    ]
    assert "child" not in json.dumps(attributes).lower()
    assert attributes["need"] == "Food"


def test_a_queue_that_is_not_there_is_the_set_ups_fault(timed: Stage) -> None:
    stage = timed
    router = TaskRouter(stage.account)
    order = TaskOrder(stage.world.seeds.workflow_sid, "ussd", 0, 3600, "{}", queue_sid=WQ)
    outcome = router.create(order)
    assert outcome.kind == "fault"
    assert outcome.reason.startswith(f"The queue {WQ} is not in the workspace: correct `queue`")
    workflow, channel = [stage.world.seeds.workflow_sid], ["ussd"]
    assert [finding.text[:9] for finding in router.findings(workflow, channel, [WQ])] == ["The queue"]
    assert router.findings(workflow, channel, [stage.world.seeds.task_queue_sid]) == []


def test_a_queue_that_is_no_sid_is_refused_before_anything_is_sent(timed: Stage) -> None:
    order = TaskOrder(timed.world.seeds.workflow_sid, "ussd", 0, 3600, "{}", queue_sid="protection")
    assert TaskRouter(timed.account).create(order).kind == "refused"
    assert timed.world.faults.calls.total() == 0
