"""`python -m bridge serve`: the bridge in production."""

from __future__ import annotations

import argparse
import logging

from bridge import (
    create_app,
    intake,  # noqa: F401 (create_app loads these three; here they come with all the rest, as `cli.load` loads it)
    operations,  # noqa: F401
    service,  # noqa: F401
)
from bridge.commands import environment, fitness, server

log = logging.getLogger(__name__)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Settings come from the environment and from .env; .env.sample explains each."


def run(arguments: argparse.Namespace) -> int:
    settings = environment.settings()
    fitness.require(settings)
    environment.log_to_stderr(settings.log_level)
    for sentence in environment.no_settings():
        log.warning("event=no_setting file=.env why=%r", sentence)
    server.wait_for_port(settings.host, settings.port)
    app = create_app(settings)
    return server.serve(app, app.extensions["bridge"], settings.host, settings.port)
