"""A task as we order it: every field is sent, so that nothing depends on a default of Twilio's."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

MOST_CHARACTERS = 4096  # twilio.com/docs/taskrouter/limits: characters, not bytes
LONGEST_TIMEOUT = 1_209_600  # two weeks, the most that Create Task takes
HIGHEST_PRIORITY = 2**31 - 1


@dataclass(frozen=True, slots=True)
class TaskOrder:
    """`timeout` in seconds until an unassigned task is canceled; `attributes` is JSON text of one object."""

    workflow_sid: str
    task_channel: str
    priority: int
    timeout: int
    attributes: str = field(repr=False)

    def flaw(self) -> str:
        """Why TaskRouter would refuse this for certain, or nothing."""
        if not 1 <= self.timeout <= LONGEST_TIMEOUT:
            return f"The timeout must be 1 to {LONGEST_TIMEOUT} seconds: correct `timeout` in the route."
        if not 0 <= self.priority <= HIGHEST_PRIORITY:
            return f"The priority must be 0 to {HIGHEST_PRIORITY}: correct `priority` in the route."
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
