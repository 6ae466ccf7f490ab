"""What an admin may do to a running bridge without losing a request: kill it, start it again, rotate its secret."""

from __future__ import annotations

import time
from pathlib import Path

from bridge.signature import Secret
from tests.intake.signing import body, headers, secret_text
from tests.intake.sockets import Answer, exchange
from tests.servers import Server, running, settings

FIRST, SECOND = secret_text("first"), secret_text("second")


def send(server: Server, session: str, *, secret: str = FIRST) -> Answer:
    raw = body(session_id=session)
    given = headers(raw, key=session, at=int(time.time()), secret=Secret.parse(secret, "TEST"))
    lines = (f"{name}: {value}" for name, value in {**given, "content-length": str(len(raw)), "host": "test"}.items())
    answer = exchange(server.port, "\r\n".join(["POST /v1/submissions HTTP/1.1", *lines, "", ""]).encode() + raw)
    assert answer is not None
    return answer


def test_a_killed_bridge_knows_after_its_restart_what_it_accepted(tmp_path: Path) -> None:
    environ = settings(tmp_path, FIRST)
    with running(tmp_path, environ) as server:
        first = send(server, "SM-kept")
        server.process.kill()
    with running(tmp_path, environ) as server:
        again = send(server, "SM-kept")
    assert (first.status, again.status) == (202, 200)
    assert first.body == again.body


def test_a_secret_is_rotated_in_two_restarts_and_no_request_is_refused(tmp_path: Path) -> None:
    environ = settings(tmp_path, FIRST)
    with running(tmp_path, environ) as server:
        assert send(server, "SM1").status == 202
    with running(tmp_path, environ | {"TELERIVET_USSD_SECRET": f"{SECOND},{FIRST}"}) as server:
        assert send(server, "SM2").status == 202
        assert send(server, "SM3", secret=SECOND).status == 202
        assert send(server, "SM1", secret=SECOND).status == 200
    with running(tmp_path, environ | {"TELERIVET_USSD_SECRET": SECOND}) as server:
        assert send(server, "SM4", secret=SECOND).status == 202
        assert send(server, "SM5").status == 401
