"""`python -m bench.served`: the bridge's own server and views, with nothing stored behind the webhook's."""

from __future__ import annotations

import sys

from bridge.cli import main
from bridge.service import Service
from bridge.submission import Receipt, Submission


def _nothing_kept(_service: Service, _submission: Submission, _body: bytes) -> Receipt:
    return Receipt("K7QM4X", repeated=False)


if __name__ == "__main__":
    Service.accept = _nothing_kept  # type: ignore[method-assign, assignment]
    sys.exit(main(["serve"]))
