"""What task a submission becomes: its route says where it goes, its menu what the words mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.errors import SetupError
from bridge.menu import Menu, Question
from bridge.routes import Route, Routes
from bridge.store import StoredSubmission
from bridge.submission import Submission
from bridge.taskrouter import ShareNumber, TaskOrder, task_attributes
from bridge.value import replace


class Planner:
    """Asked at the moment of the call, so that what an admin mends holds for all that waits."""

    def __init__(
        self, routes: Routes, menus: Mapping[str, Menu], share_number: ShareNumber, test_calls: bool = False
    ) -> None:
        self._routes, self._menus, self._share_number, self._test_calls = routes, menus, share_number, test_calls

    def order(
        self,
        stored: StoredSubmission,
        external_id: str,
        reference: str,
        linked_to: str | None,
        possible_duplicate: bool = False,
    ) -> TaskOrder:
        """The task of a submission that was not erased. Raises `SetupError` where no workflow is set."""
        submission = stored.submission
        if submission is None:
            raise SetupError("the submission's content was erased")
        menu = self._menus.get(submission.menu)
        route = rerouted(self._routes.find(submission.gateway, submission.service_code), submission, menu)
        if not route.workflow:
            raise SetupError("no workflow is set: set TASK_WORKFLOW_ID, or `workflow` in the route")
        return TaskOrder(
            workflow_sid=route.workflow,
            task_channel=route.channel,
            priority=route.priority,
            timeout=route.timeout,
            queue_sid=route.queue,
            attributes=task_attributes(
                submission,
                reference=reference,
                external_id=external_id,
                menu=menu,
                share_number=self._share_number,
                linked_to=linked_to,
                possible_duplicate=possible_duplicate,
            ),
        )

    def delivers(self, submission: Submission) -> bool:
        """Whether a task is made of it: test calls are only stored, unless their route says otherwise."""
        route = self._routes.find(submission.gateway, submission.service_code)
        return not submission.simulated or self._test_calls or route.simulated == "task"


def rerouted(route: Route, submission: Submission, menu: Menu | None) -> Route:
    """The route after the menu's `route_when`: answers may name another workflow, queue or priority.

    Where several do: the highest priority counts, and the place (workflow and queue) is that of the one with the
    highest priority among those that name a place; of equals, that of the question that stands first in the menu.
    """
    named = [question.route_when.get(submission.answers.get(question.name, "")) for question in _questions(menu)]
    wanted: list[Mapping[str, Any]] = [one for one in named if one]
    places = [one for one in wanted if "workflow" in one or "queue" in one]
    if places:
        place = max(places, key=lambda one: int(one.get("priority", route.priority)))
        route = replace(route, workflow=place.get("workflow", route.workflow), queue=place.get("queue", ""))
    return replace(
        route, priority=max((one["priority"] for one in wanted if "priority" in one), default=route.priority)
    )


def _questions(menu: Menu | None) -> Sequence[Question]:
    return menu.questions if menu else ()
