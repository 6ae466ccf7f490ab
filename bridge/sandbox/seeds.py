"""What a new sandbox holds. Its SIDs follow from the account: the same account finds the same workspace."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from .database import Database

BUILT_IN_CHANNELS = ("default", "voice", "chat", "sms", "video")


@dataclass(frozen=True, slots=True)
class Seeds:
    """The SIDs that the demo puts into its settings."""

    account_sid: str
    workspace_sid: str
    workflow_sid: str
    task_queue_sid: str
    task_channel_sid: str
    offline_sid: str
    available_sid: str
    worker_sid: str
    task_channel: str = "ussd"


def sid_for(prefix: str, account_sid: str, name: str) -> str:
    """A SID in Twilio's form (two letters and 32 hex digits), always the same for the same words."""
    return prefix + hashlib.sha256(f"{account_sid}/{prefix}/{name}".encode()).hexdigest()[:32]


def seeds_for(account_sid: str) -> Seeds:
    return Seeds(
        account_sid=account_sid,
        workspace_sid=sid_for("WS", account_sid, "workspace"),
        workflow_sid=sid_for("WW", account_sid, "ussd"),
        task_queue_sid=sid_for("WQ", account_sid, "everyone"),
        task_channel_sid=sid_for("TC", account_sid, "ussd"),
        offline_sid=sid_for("WA", account_sid, "Offline"),
        available_sid=sid_for("WA", account_sid, "Available"),
        worker_sid=sid_for("WK", account_sid, "agent"),
    )


def sow(database: Database, seeds: Seeds, now: float) -> None:
    """Write the first resources; what is there already stays as it is."""
    rows = [
        (seeds.workspace_sid, "workspace", "Flex Task Assignment", _workspace(seeds)),
        (seeds.workflow_sid, "workflow", "USSD", _workflow(seeds)),
        (seeds.task_queue_sid, "task_queue", "Everyone", {"target_workers": "1==1"}),
        (seeds.offline_sid, "activity", "Offline", {"available": False}),
        (seeds.available_sid, "activity", "Available", {"available": True}),
        (seeds.worker_sid, "worker", "agent", {"activity_sid": seeds.offline_sid, "attributes": "{}"}),
    ]
    for name in (*BUILT_IN_CHANNELS, seeds.task_channel):
        sid = sid_for("TC", seeds.account_sid, name)
        rows.append((sid, "task_channel", name, {"friendly_name": name.capitalize()}))
    with database.transaction() as connection:
        connection.executemany(
            "INSERT OR IGNORE INTO resource (sid, kind, name, body, created) VALUES (?, ?, ?, ?, ?)",
            [(sid, kind, name, json.dumps(body), now) for sid, kind, name, body in rows],
        )


def _workspace(seeds: Seeds) -> dict[str, object]:
    return {"default_activity_sid": seeds.offline_sid, "timeout_activity_sid": seeds.offline_sid}


def _workflow(seeds: Seeds) -> dict[str, object]:
    configuration = {"task_routing": {"filters": [], "default_filter": {"queue": seeds.task_queue_sid}}}
    return {"configuration": json.dumps(configuration), "task_reservation_timeout": 120}
