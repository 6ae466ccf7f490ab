"""`python -m bridge sandbox`: the local TaskRouter and its desk alone, for a bridge that runs elsewhere."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from flask import Flask

from bridge import masking, reception
from bridge.commands import environment
from bridge.commands.arguments import port
from bridge.commands.sandbox_account import SandboxAccount, account_of
from bridge.sandbox import create_sandbox, seeds_for
from bridge.sandbox.desk import create_desk
from bridge.settings import Settings

PORT = 8081  # beside the bridge's own


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=port, default=PORT, help=f"port to listen on ({PORT})")
    parser.add_argument(
        "--data", type=Path, default=Path("instance/sandbox.db"), help="file for the tasks (instance/sandbox.db)"
    )
    parser.epilog = (
        "Takes ACCOUNT_SID and AUTH_TOKEN from the settings, or makes its own at the first start and keeps them beside "
        "the tasks. Prints what a bridge needs in its .env to use it."
    )


def run(arguments: argparse.Namespace) -> int:
    given = environment.settings()
    environment.log_to_stderr(given.log_level)
    reception.wait_for_port(given.host, arguments.port, another="--port …")
    account = account_of(given, arguments.data.with_suffix(".json"))
    settings = own_settings(given, account, arguments.port)
    masking.know(settings)
    app = create_app(settings, arguments.data)
    print(lines_for_env(settings), flush=True)
    return reception.serve(app, _Nothing(), settings.host, settings.port)


def own_settings(given: Settings, account: SandboxAccount, port: int) -> Settings:
    """The settings with which this sandbox can be reached."""
    seeds = seeds_for(account.account_sid)
    return replace(
        given,
        account_sid=account.account_sid,
        auth_token=account.auth_token,
        workspace_sid=seeds.workspace_sid,
        workflow_sid=seeds.workflow_sid,
        task_channel=seeds.task_channel,
        taskrouter_url=f"http://{_reachable(given.host)}:{port}",
        port=port,
    )


def create_app(settings: Settings, database: Path | None) -> Flask:
    """The sandbox with its desk as one WSGI application."""
    app = create_sandbox(
        database,
        account_sid=settings.account_sid,
        auth_token=settings.auth_token,
        api_key_sid=settings.api_key_sid,
        api_key_secret=settings.api_key_secret,
    )
    app.register_blueprint(create_desk(settings, simulator=""))
    return app


def lines_for_env(settings: Settings) -> str:
    """What a bridge needs in its `.env` to use this sandbox."""
    return "\n".join(
        [
            f"# desk: {settings.taskrouter_url}/desk",
            f"TASKROUTER_URL={settings.taskrouter_url}",
            f"ACCOUNT_SID={settings.account_sid}",
            f"AUTH_TOKEN={settings.auth_token}",
            f"TASK_WORKSPACE_ID={settings.workspace_sid}",
            f"TASK_WORKFLOW_ID={settings.workflow_sid}",
            f"TASK_CHANNEL={settings.task_channel}",
        ]
    )


def _reachable(host: str) -> str:
    """A wildcard address is listened on, not called."""
    address = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    return f"[{address}]" if ":" in address else address


class _Nothing:
    """The sandbox has nothing that runs behind it."""

    def start(self) -> None: ...

    def stop(self) -> None: ...
