"""What a new sandbox holds. Its SIDs follow from the account: the same account finds the same workspace."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bridge.sandbox.database import Database

Row = tuple[str, str, str, Mapping[str, object]]  # SID, kind, name, the rest
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
    """The same SIDs for the same account, at every start."""
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


def is_of(database: Database, account_sid: str) -> bool:
    """Whether what is kept there was made for this account, or nothing is kept there yet."""
    row = database.row("SELECT sid FROM resource WHERE kind = 'workspace' ORDER BY rowid")
    return row is None or row["sid"] == seeds_for(account_sid).workspace_sid


def sow(database: Database, seeds: Seeds, now: float) -> None:
    """Write the first resources; what is there already stays as it is."""
    rows: list[Row] = [
        (seeds.workspace_sid, "workspace", "Flex Task Assignment", _workspace(seeds)),
        (seeds.workflow_sid, "workflow", "USSD", _workflow(seeds)),
        (seeds.task_queue_sid, "task_queue", "Everyone", {"target_workers": "1==1"}),
        (seeds.offline_sid, "activity", "Offline", {"available": False}),
        (seeds.available_sid, "activity", "Available", {"available": True}),
        (seeds.worker_sid, "worker", "agent", {"activity_sid": seeds.offline_sid, "attributes": "{}"}),
    ]
    for name in (*BUILT_IN_CHANNELS, seeds.task_channel):
        rows.append(_channel(seeds, name))
    _write(database, rows, now)


def sow_named(
    database: Database,
    seeds: Seeds,
    workflows: Iterable[str],
    queues: Iterable[str],
    channels: Iterable[str],
    now: float,
) -> None:
    """Write what routes and menus name, workflows and queues by SID, so that their tasks are taken here too."""
    rows: list[Row] = [(sid, "workflow", sid, _workflow(seeds)) for sid in workflows]
    rows += [(sid, "task_queue", sid, {"target_workers": "1==1"}) for sid in queues]
    rows += [_channel(seeds, name) for name in channels]
    _write(database, rows, now)


def _write(database: Database, rows: Iterable[Row], now: float) -> None:
    with database.transaction() as connection:
        connection.executemany(
            "INSERT OR IGNORE INTO resource (sid, kind, name, body, created) VALUES (?, ?, ?, ?, ?)",
            [(sid, kind, name, json.dumps(body), now) for sid, kind, name, body in rows],
        )


def _channel(seeds: Seeds, name: str) -> Row:
    return sid_for("TC", seeds.account_sid, name), "task_channel", name, {"friendly_name": name.capitalize()}


def _workspace(seeds: Seeds) -> dict[str, object]:
    return {"default_activity_sid": seeds.offline_sid, "timeout_activity_sid": seeds.offline_sid}


def _workflow(seeds: Seeds) -> dict[str, object]:
    configuration = {"task_routing": {"filters": [], "default_filter": {"queue": seeds.task_queue_sid}}}
    return {"configuration": json.dumps(configuration), "task_reservation_timeout": 120}
