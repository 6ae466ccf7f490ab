"""How many connections the server may have open."""

from __future__ import annotations

import subprocess
import sys

LOWER_THEN_ALLOW = """
import resource
most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (64, most))
from bridge.reception import server
server._allow_files()
print(resource.getrlimit(resource.RLIMIT_NOFILE) == (most, most))
"""


def test_a_system_that_gives_few_files_at_first_is_asked_for_as_many_as_there_may_be() -> None:
    told = subprocess.run([sys.executable, "-c", LOWER_THEN_ALLOW], capture_output=True, text=True, check=True)
    assert told.stdout == "True\n"
