"""A local TaskRouter that Twilio's own SDK talks to, so that everything runs without an account."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from bridge import headers
from bridge.sandbox.api import create_blueprint
from bridge.sandbox.faults import Plan
from bridge.sandbox.refusal import not_found
from bridge.sandbox.seeds import Seeds, seeds_for
from bridge.sandbox.world import World

__all__ = ["Plan", "Seeds", "World", "create_blueprint", "create_sandbox", "seeds_for", "world_of"]


def create_sandbox(
    database: Path | None,
    *,
    account_sid: str,
    auth_token: str,
    api_key_sid: str = "",
    api_key_secret: str = "",
    now: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
    seed: int = 0,
) -> Flask:
    """The sandbox alone, as a WSGI application. `database` None keeps everything in memory."""
    credentials = {account_sid: auth_token}
    if api_key_sid:
        credentials[api_key_sid] = api_key_secret
    app = Flask(__name__, static_folder=None)
    headers.register(app)
    world = World(database, credentials, account_sid, now=now, sleep=sleep, seed=seed)
    app.extensions["sandbox"] = world
    app.register_blueprint(create_blueprint(world))
    app.register_error_handler(404, lambda error: not_found("resource").response())
    return app


def world_of(app: Flask) -> World:
    """The world behind an application that `create_sandbox` made; tests write its faults."""
    world: World = app.extensions["sandbox"]
    return world
