"""`python -m bench.trees OTHER [LOAD:CONNECTIONS …]`: this tree beside another one, in alternating rounds of load.

For the tables of single changes in docs/scale.md: OTHER is a checkout of the commit before. Both run in the Python that
runs this. Loads are `accepts`, `turns` and `nothing` (accepts with nothing stored).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.figures import middle
from bench.load import Load, accepts, enough, prepare, turns
from bench.processes import PROJECT, Process, python, start, wait_until_alive
from bench.setting import SERVE, TURNS, environ

KINDS = ("accepts", "turns", "nothing")
LOADS = ("accepts:1", "accepts:32", "turns:32", "nothing:32")
FIGURES = ("rate", "cpu", "p50", "p99")


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    for kind, connections in given.loads or map(_named, LOADS):
        other, this = _measured((given.other, PROJECT), kind, connections, given.rounds, given.seconds)
        told = [f"{name} {middle(other, name):.3f} to {middle(this, name):.3f}" for name in FIGURES]
        times = middle(this, "rate") / middle(other, "rate")
        print(f"{kind}:{connections}: {times:.2f} times the rate; {', '.join(told)}", flush=True)
    return 0


def _measured(
    trees: Sequence[Path], kind: str, connections: int, rounds: int, seconds: int
) -> tuple[list[Load], list[Load]]:
    """The loads of the two trees, after one each that does not count; each round begins with the other one."""
    found: tuple[list[Load], list[Load]] = ([], [])
    with ExitStack() as stack:
        servers = [stack.enter_context(_running(tree, kind)) for tree in trees]
        for number in range(rounds + 1):
            for place in (0, 1) if number % 2 else (1, 0):
                server, folder = servers[place]
                load = _load(kind, server, folder, connections, seconds)
                if number:
                    found[place].append(load)
    return found


@contextmanager
def _running(tree: Path, kind: str) -> Iterator[tuple[Process, Path]]:
    with tempfile.TemporaryDirectory(prefix="bridge-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = start(folder, "bridge", python("bench.served") if kind == "nothing" else SERVE, environ(folder), tree)
        try:
            wait_until_alive(server)
            yield server, folder
        finally:
            server.stop()


def _load(kind: str, server: Process, folder: Path, connections: int, seconds: int) -> Load:
    if kind == "turns":
        return turns(server, TURNS, connections, seconds)
    return accepts(server, prepare(folder / "posts", enough(seconds)), connections, seconds)


def _tree(text: str) -> Path:
    tree = Path(text).resolve()
    if not (tree / "bridge" / "__main__.py").is_file():
        raise argparse.ArgumentTypeError(f"{text} is no checkout of the bridge")
    return tree


def _named(text: str) -> tuple[str, int]:
    kind, _, connections = text.partition(":")
    if kind not in KINDS or not connections.isdecimal() or not int(connections):
        raise argparse.ArgumentTypeError(f"{text} is no load: write {', '.join(LOADS)} or the like")
    return kind, int(connections)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.trees", description=__doc__)
    parser.add_argument("other", type=_tree, help="folder of the other tree")
    parser.add_argument("loads", nargs="*", type=_named, metavar="LOAD:CONNECTIONS", help=" ".join(LOADS))
    parser.add_argument("--rounds", type=int, default=3, help="of which the median is told (3)")
    parser.add_argument("--seconds", type=int, default=2, help="of load in each (2)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
