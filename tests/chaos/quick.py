"""`serve` with a short patience, for the short form: `python -m tests.chaos.quick`.

Everything is the real thing but for the waiting times of the delivery, which are about a tenth of the real ones,
and for the rate of its look-ups, which is ten times the real one.
"""

from __future__ import annotations

import sys
import time

from bridge import front, reception
from bridge.commands import environment, fitness
from bridge.delivery import Patience, Rules, Worker
from bridge.delivery.limiter import Rate, Rates
from bridge.service import Service, account
from bridge.store.recovery import Settle
from bridge.taskrouter import TaskRouter
from bridge.value import replace
from tests.chaos.episodes import QUICK

PATIENCE = Patience(
    backoff_first=0.1,
    backoff_most=1.0,
    look_again_most=1.0,
    outage_probe_first=0.1,
    outage_probe_most=1.0,
    fault_probe=0.5,
    limited_default=0.2,
    settle=Settle(first=QUICK.first_look, second=QUICK.settle, apart=0.5, proof=30.0),
)


def main() -> int:
    settings = environment.settings()
    fitness.require(settings)
    environment.log_to_stderr(settings.log_level)
    reception.wait_for_port(settings.host, settings.port)
    service = Service(settings, time.time)
    hurry(service)
    return reception.serve(front.Front(service), service, settings.host, settings.port)


def hurry(service: Service) -> None:
    """Give the service a worker that waits less. It was not started yet."""
    taskrouter = TaskRouter(replace(account(service.settings), read_timeout=QUICK.read_timeout))
    rules = Rules(lease=9.0, rates=Rates(lookup=Rate(25.0, 5.0)), patience=PATIENCE)
    service.store.on_accept.remove(service.worker.wake)
    service.worker = Worker(service.store, taskrouter, service.planner, rules=rules, now=time.time)
    service.store.on_accept.append(service.worker.wake)


if __name__ == "__main__":
    sys.exit(main())
