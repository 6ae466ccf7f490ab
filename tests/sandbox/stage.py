"""A real sandbox behind a real socket, and our client in front of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import requests

from bridge.sandbox import World, create_sandbox, seeds_for, world_of
from bridge.sandbox.server import serving
from bridge.taskrouter import Account, TaskOrder, TaskRouter
from bridge.value import replace

ACCOUNT = "AC" + "a" * 32
TOKEN = "token-of-the-sandbox"
EXTERNAL_ID = "0123456789abcdef0123456789abcdef"
ATTRIBUTES = '{"type":"support","ussd":{"external_id":"' + EXTERNAL_ID + '"}}'


@dataclass
class Clock:
    """Time that moves only when a test moves it."""

    seconds: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Stage:
    """What a test plays with: the world behind, the account, the client, and a good order."""

    world: World
    account: Account
    clock: Clock
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def router(self) -> TaskRouter:
        return TaskRouter(self.account)

    def order(self, attributes: str = ATTRIBUTES) -> TaskOrder:
        return TaskOrder(self.world.seeds.workflow_sid, "ussd", 5, 3600, attributes)

    def with_account(self, **changes: object) -> TaskRouter:
        return TaskRouter(replace(self.account, **changes))

    def tasks(self) -> int:
        return len(self.world.tasks.search({}, []))

    def call(self, method: str, path: str = "/Tasks", **more: object) -> requests.Response:
        """A bare request below the workspace, as it stands on the wire."""
        url = f"{self.account.url}/v1/Workspaces/{self.account.workspace_sid}{path}"
        with requests.Session() as session:
            session.trust_env = False
            session.auth = (ACCOUNT, TOKEN)
            return session.request(method, url, timeout=10, **more)  # type: ignore[arg-type]

    def create(self, **fields: str | int) -> requests.Response:
        return self.call("POST", data={"Attributes": ATTRIBUTES, "TaskChannel": "ussd"} | fields)


@pytest.fixture
def stage() -> Iterator[Stage]:
    """Where the sandbox is told to wait it waits for `released`, so that no test sleeps for real."""
    clock, released = Clock(), threading.Event()

    def sleep(seconds: float) -> None:
        released.wait(30)

    app = create_sandbox(None, account_sid=ACCOUNT, auth_token=TOKEN, now=clock, sleep=sleep)
    with serving(app) as url:
        workspace = seeds_for(ACCOUNT).workspace_sid
        account = Account(ACCOUNT, ACCOUNT, TOKEN, workspace, url, connect_timeout=2, read_timeout=5)
        yield Stage(world_of(app), account, clock, released)
        released.set()
