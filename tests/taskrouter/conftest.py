"""A real sandbox behind a real socket, and our client in front of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from bridge.sandbox import World, create_sandbox, seeds_for, world_of
from bridge.sandbox.server import serving
from bridge.taskrouter import Account, TaskOrder, TaskRouter

ACCOUNT = "AC" + "a" * 32
TOKEN = "token-of-the-sandbox"
EXTERNAL_ID = "0123456789abcdef0123456789abcdef"
ATTRIBUTES = '{"type":"support","ussd":{"external_id":"' + EXTERNAL_ID + '"}}'


@dataclass
class Stage:
    """What a test plays with: the world behind, the account, the client, and a good order."""

    world: World
    account: Account
    released: threading.Event

    @property
    def router(self) -> TaskRouter:
        return TaskRouter(self.account)

    def order(self, attributes: str = ATTRIBUTES) -> TaskOrder:
        return TaskOrder(self.world.seeds.workflow_sid, "ussd", 5, 3600, attributes)

    def with_account(self, **changes: object) -> TaskRouter:
        return TaskRouter(replace(self.account, **changes))  # type: ignore[arg-type]

    def tasks(self) -> int:
        return len(self.world.tasks.search({}, []))


@pytest.fixture
def stage() -> Iterator[Stage]:
    """The sandbox waits on `released` where it was told to be slow, so that no test sleeps for real."""
    released = threading.Event()
    app = create_sandbox(
        None, account_sid=ACCOUNT, auth_token=TOKEN, sleep=lambda s: (released.wait(s), None)[1]
    )
    with serving(app) as url:
        workspace = seeds_for(ACCOUNT).workspace_sid
        account = Account(ACCOUNT, ACCOUNT, TOKEN, workspace, url, connect_timeout=2, read_timeout=5)
        yield Stage(world_of(app), account, released)
        released.set()
