"""`python -m bridge simulate`: dial a menu in the terminal, and see the task that comes of it."""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from bridge.commands.demo_client import Demo
from bridge.commands.running_demo import running_demo
from bridge.store.reference import is_valid

TASK_SECONDS = 20.0
WIDTH = 44  # of the drawn screen
MOVE = ":"  # before the name of what goes wrong; no key of a phone


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--answers", metavar="2,1,1", help="what the caller presses, instead of asking you")
    parser.add_argument(
        "--gateway",
        default="telerivet",
        metavar="NAME",
        help="telerivet, telerivet_script, or a name that `python -m bridge gateways` lists (telerivet)",
    )
    parser.add_argument("--code", default="*123#", help="the dialled code (*123#)")
    parser.add_argument("--number", default="+221770000001", help="the caller's number")
    parser.add_argument("--data", type=Path, default=Path("instance"), help="folder of the running demo (instance)")
    parser.add_argument("--attributes-only", action="store_true", help="print nothing but the task's attributes")
    parser.epilog = (
        "Among the answers, :repeat, :drop, :time_out and :duplicate are what goes wrong on real networks, where the "
        "gateway has it; after a line is lost the caller dials again. "
        "Uses the demo that runs (`make run`), on whatever port, or starts one for itself."
    )


def run(arguments: argparse.Namespace) -> int:
    screens = sys.stderr if arguments.attributes_only else sys.stdout
    with running_demo(arguments.data) as demo:
        last = converse(demo, arguments, _answers(arguments.answers), screens)
        reference = reference_in(last["text"]) if last["ends"] else None
        if reference is None:
            print(_why_no_task(last), file=sys.stderr)
            return 1
        return show_task(demo, reference, screens)


def converse(demo: Demo, arguments: argparse.Namespace, answers: Iterator[str], out: TextIO) -> dict[str, Any]:
    """Dial and answer until the session ends or the answers do. Returns the last screen."""
    call, screen = dial(demo, arguments, out)
    while not screen["ends"] and (text := next(answers, None)) is not None:
        print(f"> {text}", file=out)
        shown = demo.post(f"/{call}/{'move' if text.startswith(MOVE) else 'answer'}", _asked(text))["screen"]
        if shown is None:
            print("The line is lost.", file=out)
            call, screen = dial(demo, arguments, out)
        else:
            screen = shown
            draw(screen, out)
    if not screen["ends"]:
        demo.post(f"/{call}/hang-up", {})
    return screen


def dial(demo: Demo, arguments: argparse.Namespace, out: TextIO) -> tuple[str, dict[str, Any]]:
    """A new call, by its id, and its first screen."""
    print(f"Dialling {arguments.code}", file=out)
    asked = {"gateway": arguments.gateway, "code": arguments.code, "number": arguments.number}
    opened = demo.post("", asked)
    draw(opened["screen"], out)
    return opened["call"], opened["screen"]


def draw(screen: dict[str, Any], out: TextIO) -> None:
    """One screen in a frame, with its size."""
    size = f"{screen['size']}/{screen['limit']} {screen['unit']}"
    print("┌" + "─" * WIDTH + "┐", file=out)
    for line in screen["text"].split("\n"):
        for start in range(0, max(len(line), 1), WIDTH - 2):
            print(f"│ {line[start : start + WIDTH - 2]:<{WIDTH - 2}} │", file=out)
    print("└" + f" {size} ".rjust(WIDTH, "─") + "┘", file=out, flush=True)


def show_task(demo: Demo, reference: str, out: TextIO) -> int:
    """Wait for the task, and print its attributes as JSON."""
    print(f"Reference: {reference}", file=out)
    give_up_at = time.monotonic() + TASK_SECONDS
    while time.monotonic() < give_up_at:
        if found := demo.tasks(EvaluateTaskAttributes=f'name == "{reference}"'):
            print(json.dumps(json.loads(found[0]["attributes"]), indent=2, ensure_ascii=False))
            return 0
        time.sleep(0.1)
    print("The request was kept, but no task has come of it yet: look at the demo's log.", file=sys.stderr)
    return 1


def reference_in(text: str) -> str | None:
    """The reference that a last screen reads out."""
    return next((word for word in re.findall(r"[0-9A-Z]{6}", text) if is_valid(word)), None)


def _asked(text: str) -> dict[str, str]:
    return {"name": text.removeprefix(MOVE)} if text.startswith(MOVE) else {"text": text}


def _answers(listed: str | None) -> Iterator[str]:
    return _typed() if listed is None else (text.strip() for text in listed.split(","))


def _typed() -> Iterator[str]:
    while True:
        try:
            yield input("Answer (Ctrl-D hangs up): ")
        except EOFError:
            return


def _why_no_task(screen: dict[str, Any]) -> str:
    if screen["ends"]:
        return "The session ended without a request, so there is no task."
    return "The menu is not at its end: it needs more answers."
