"""`python -m bridge serve`: the bridge in production."""

from __future__ import annotations

import argparse

from bridge import create_app
from bridge.commands import environment, server
from bridge.settings import require_for_serving


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Settings come from the environment and from .env; .env.sample explains each."


def run(arguments: argparse.Namespace) -> int:
    settings = environment.settings()
    require_for_serving(settings)
    environment.log_to_stderr(settings.log_level)
    server.wait_for_port(settings.host, settings.port)
    app = create_app(settings)
    return server.serve(app, app.extensions["bridge"], settings.host, settings.port)
