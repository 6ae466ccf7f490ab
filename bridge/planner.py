"""What task a submission becomes: its route says where it goes, its menu what the words mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bridge.errors import SetupError
from bridge.menu import Menu
from bridge.routes import Route, Routes
from bridge.store import StoredSubmission
from bridge.submission import Submission
from bridge.taskrouter import ShareNumber, TaskOrder, task_attributes


class Planner:
    """Asked at the moment of the call, so that what an admin mends holds for all that waits."""

    def __init__(self, routes: Routes, menus: Mapping[str, Menu], share_number: ShareNumber) -> None:
        self._routes, self._menus, self._share_number = routes, menus, share_number

    def order(
        self, stored: StoredSubmission, external_id: str, reference: str, linked_to: str | None
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
            attributes=task_attributes(
                submission,
                reference=reference,
                external_id=external_id,
                menu=menu,
                share_number=self._share_number,
                linked_to=linked_to,
            ),
        )

    def delivers(self, submission: Submission) -> bool:
        """Whether a task is made of it: test calls are only stored, unless their route says otherwise."""
        route = self._routes.find(submission.gateway, submission.service_code)
        return not submission.simulated or route.simulated == "task"


def rerouted(route: Route, submission: Submission, menu: Menu | None) -> Route:
    """The route after the menu's `route_when`: an answer may name another workflow, channel or priority."""
    for name, value in submission.answers.items():
        question = menu.question(name) if menu else None
        if question and value in question.route_when:
            route = replace(route, **question.route_when[value])
    return route
