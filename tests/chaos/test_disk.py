"""A disk that turns read-only, breaks or is full under a running bridge: senders are asked to come back, and can."""

from __future__ import annotations

import errno

import pytest

from tests.chaos.conftest import Bridge
from tests.chaos.machine import Machine
from tests.chaos.posting import post
from tests.delivery.stage import until

REASONS = {"read-only": errno.EROFS, "broken": errno.EIO, "full": errno.ENOSPC}


@pytest.mark.parametrize("reason", REASONS.values(), ids=REASONS)
def test_a_submission_that_cannot_be_kept_is_answered_503_until_it_can(
    bridge_on_machine: Bridge, machine: Machine, reason: int
) -> None:
    port = bridge_on_machine.server.port
    with machine.disk_failing(reason):
        refused = [post(port, f"SM{number}") for number in range(3)]
    bridge_on_machine.mend()
    assert {answer.status_code for answer in refused} == {503}
    assert all(answer.headers["Retry-After"].isdigit() for answer in refused)
    until(lambda: post(port, "SM0").status_code in (200, 202))
    assert post(port, "SM0").status_code == 200
