"""The command line, `python -m bridge COMMAND …`: each is one file in `bridge/commands/`, loaded on use.

Exit codes: 0 done; 1 looked and found something wrong; 2 could not start (usage or set-up).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple, NoReturn, Protocol

from bridge.errors import BridgeError
from bridge.loading import without_collection


class Command(Protocol):
    """What every file in `bridge/commands/` that stands in `COMMANDS` offers."""

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Tell the parser what may stand behind the command."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it. Returns the exit code; raises `BridgeError` where it could not start."""


class Entry(NamedTuple):
    """One line of `--help`, and the module that does it."""

    module: str
    help: str


COMMANDS = {
    "serve": Entry("serve", "run the bridge in production"),
    "demo": Entry("demo", "phone, bridge and a local TaskRouter, without any account (`make run`)"),
    "sandbox": Entry("sandbox", "run the local TaskRouter alone"),
    "simulate": Entry("simulate", "dial a menu here in the terminal"),
    "secret": Entry("secret", "make a good secret, token or data key"),
    "menu": Entry("menu", "check menus; build the script of a gateway"),
    "routes": Entry("routes", "explain what a dialled code does"),
    "gateways": Entry("gateways", "list the gateways, with the URL to paste"),
    "deliveries": Entry("deliveries", "list, show or retry what did not become a task"),
    "doctor": Entry("doctor", "try every setting, read-only"),
    "purge": Entry("purge", "forget what is over its time, as the service does once a day"),
    "erase": Entry("erase", "erase what one caller left, here and in the task at Twilio"),
    "rotate": Entry("rotate", "encrypt everything anew with the first of DATA_KEYS"),
    "audit": Entry("audit", "list who retried, erased, purged, rotated or copied, and when"),
    "backup": Entry("backup", "copy the SQLite database while it runs"),
}


class _Parser(argparse.ArgumentParser):
    """argparse, with errors on one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    name = words[0] if words else "--help"
    if name not in COMMANDS:
        return _overview(words)
    command = load(name)
    sentence = COMMANDS[name].help[0].upper() + COMMANDS[name].help[1:] + "."
    parser = _Parser(prog=f"python -m bridge {name}", description=sentence)
    command.configure(parser)
    return _run(command, parser.parse_args(words[1:]))


def load(name: str) -> Command:
    """The file of a command, with all that it stands on."""
    with without_collection():
        command: Command = import_module(f"bridge.commands.{COMMANDS[name].module}")
    return command


def _run(command: Command, arguments: argparse.Namespace) -> int:
    try:
        return command.run(arguments)
    except BridgeError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away, as in `… | head`; Python would complain of it at exit
        return 0


def _overview(words: Sequence[str]) -> int:
    parser = _Parser(prog="python -m bridge", description="From a dialled USSD menu to a Twilio Flex task.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, entry in COMMANDS.items():
        commands.add_parser(name, help=entry.help)
    parser.parse_args(words or ["--help"])
    return 2
