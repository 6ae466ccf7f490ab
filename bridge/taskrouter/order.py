"""A task as we order it: every field is sent, so that nothing depends on a default of Twilio's."""

from __future__ import annotations

import json
import re

from bridge.routes import HIGHEST_PRIORITY, LONGEST_TIMEOUT
from bridge.value import Value

MOST_CHARACTERS = 4096  # twilio.com/docs/taskrouter/limits: characters, not bytes
QUEUE_SID = re.compile(r"WQ[0-9a-fA-F]{32}")


class TaskOrder(Value, frozen=True):
    """`timeout` in seconds until an unassigned task is canceled; `attributes` is JSON text of one object.

    With a `queue_sid` the task goes to that queue and no other; the workflow's filters are not asked
    (Task resource, `RoutingTarget`). Without it, "", the workflow decides.
    """

    workflow_sid: str
    task_channel: str
    priority: int
    timeout: int
    attributes: str
    queue_sid: str = ""

    @property
    def place(self) -> tuple[str, str]:
        """What decides who gets to see the task. It cannot be changed once the task is made."""
        return self.workflow_sid, self.queue_sid

    def flaw(self) -> str:
        """Why TaskRouter would refuse this for certain, or nothing."""
        if not 1 <= self.timeout <= LONGEST_TIMEOUT:
            return f"The timeout must be 1 to {LONGEST_TIMEOUT} seconds: correct `timeout` in the route."
        if not 0 <= self.priority <= HIGHEST_PRIORITY:
            return f"The priority must be 0 to {HIGHEST_PRIORITY}: correct `priority` in the route."
        if self.queue_sid and not QUEUE_SID.fullmatch(self.queue_sid):
            return "The queue must be WQ and 32 hexadecimal digits: correct `queue` in the route or the menu."
        return attributes_flaw(self.attributes)


def attributes_flaw(attributes: str) -> str:
    """Why these attributes would be refused, or nothing."""
    if size(attributes) > MOST_CHARACTERS:
        return f"The task attributes are longer than {MOST_CHARACTERS} characters."
    try:
        readable = isinstance(json.loads(attributes), dict)
    except (ValueError, RecursionError):
        readable = False
    return "" if readable else "The task attributes are not a JSON object."


def size(text: str) -> int:
    """Characters as UTF-16 counts them (an emoji is two): the stricter reading of the limit."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
