"""One process that serves gateways on a database that others use too: `python -m tests.gateways.serving URL KEY`.

Prints its port once it answers, and ends with its standard input.
"""

from __future__ import annotations

import logging
import sys
import threading
import time

from werkzeug.serving import make_server

from bridge.store import open_store
from tests.gateways.callers import menu_with_words
from tests.gateways.conftest import House


def main(url: str, key: str) -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    house = House(open_store(url, [key]), time.time, {"support": menu_with_words()})
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()
    server.shutdown()
    house.store.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
