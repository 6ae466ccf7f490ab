"""What the server does where it cannot listen after all; in a process of its own, whose signals it takes over."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import closing

SERVE = """
import sys
from bridge.errors import SetupError
from bridge.reception import serve

class Behind:
    def start(self): print("start")
    def stop(self): print("stop")

try:
    serve(None, Behind(), "127.0.0.1", int(sys.argv[1]))
except SetupError as error:
    print(error)
"""


def test_a_port_that_another_program_took_meanwhile_is_one_clear_sentence_and_what_ran_is_stopped() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as busy:
        port = str(busy.getsockname()[1])
        told = subprocess.run([sys.executable, "-c", SERVE, port], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == [
        "start",
        "stop",
        f"cannot listen on 127.0.0.1 port {port}: another program was quicker; start again",
    ]
