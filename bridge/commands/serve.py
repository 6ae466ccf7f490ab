"""`python -m bridge serve`: the bridge in production."""

from __future__ import annotations

import argparse
import logging
import time

from bridge import front, loading, reception
from bridge.commands import environment, fitness
from bridge.service import Service

log = logging.getLogger(__name__)

LOADED_LATER = ("flask", "prometheus_client", "phonenumbers")  # and Twilio's SDK, which `TaskRouter` looks for


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Settings come from the environment and from .env; .env.sample explains each."


def run(arguments: argparse.Namespace) -> int:
    settings = environment.settings()
    fitness.require(settings)
    loading.require(*LOADED_LATER)
    environment.log_to_stderr(settings.log_level)
    for sentence in environment.no_settings():
        log.warning("event=no_setting file=.env why=%r", sentence)
    reception.wait_for_port(settings.host, settings.port)
    service = Service(settings, time.time)
    return reception.serve(front.Front(service), service, settings.host, settings.port)
