"""An agent at the desk, who ends a task now and then, whatever the bridge is about to do with it."""

from __future__ import annotations

import random
import threading

from bridge.sandbox import World


class Agent(threading.Thread):
    """Until `over`. A partial's task that ended means that the complete answers need a task of their own."""

    def __init__(self, seed: int, world: World, over: threading.Event) -> None:
        super().__init__(name="agent")
        self._world, self._over = world, over
        self._chance = random.Random(f"{seed}/agent")  # noqa: S311 - repeatable on purpose
        self.ended = 0

    def run(self) -> None:
        while not self._over.wait(self._chance.uniform(0.2, 0.8)):
            live = self._world.tasks.search({}, ["pending"])
            if live:
                task = self._chance.choice(live[-20:])
                self._world.tasks.update(task["sid"], {"AssignmentStatus": "completed", "Reason": "helped"})
                self.ended += 1
