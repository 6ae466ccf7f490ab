"""A process that delivers until it is killed: `python -m tests.delivery.child`, with its orders on stdin as JSON."""

from __future__ import annotations

import json
import sys
import threading

from bridge.delivery import Worker
from bridge.store import StoredSubmission, open_store
from bridge.taskrouter import Account, TaskOrder, TaskRouter
from bridge.value import replace
from tests.delivery.stage import QUICK, Plan


class Hanging(Plan):
    """Claims are on disk by the time that an order is asked for; it never comes."""

    def order(
        self,
        stored: StoredSubmission,
        external_id: str,
        reference: str,
        linked_to: str | None,
        possible_duplicate: bool = False,
    ) -> TaskOrder | None:
        threading.Event().wait()
        return None


def main() -> None:
    orders = json.load(sys.stdin)
    store = open_store(orders["database"], [orders["key"]])
    plan = (Hanging if orders["hanging"] else Plan)(orders["workflow"])
    rules = replace(QUICK, lease=1.0)
    Worker(store, TaskRouter(Account(**orders["account"])), plan, concurrency=4, rules=rules).start()
    threading.Event().wait()


if __name__ == "__main__":
    main()
