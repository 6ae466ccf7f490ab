"""`python -m bench.taskrouter`: a TaskRouter that makes every task after a fixed time and remembers when.

`/_delay/<seconds>` sets that time, `/_calls` tells of each task its id and the moments of its call and its answer
(monotonic clock, the same in all processes of a machine).
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import time
from urllib.parse import parse_qs

_delay = 0.0
_calls: list[tuple[str, float, float]] = []


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            arrived = time.monotonic()
            method, path = head.split(b" ", 2)[:2]
            body = await reader.readexactly(_length(head))
            status, answer = await _answer(method, path.decode(), body, arrived)
            data = json.dumps(answer).encode()
            writer.write(
                b"HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                % (status, len(data), data)
            )
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def _answer(method: bytes, path: str, body: bytes, arrived: float) -> tuple[int, object]:
    global _delay
    if path.startswith("/_delay/"):
        _delay = float(path.rpartition("/")[2])
        return 200, {}
    if path == "/_calls":
        return 200, _calls
    if path == "/healthz" or method == b"GET":
        return 200, {"tasks": [], "meta": {"key": "tasks"}}
    attributes = parse_qs(body.decode())["Attributes"][0]
    external_id = json.loads(attributes)["ussd"]["external_id"]
    await asyncio.sleep(_delay - (time.monotonic() - arrived))
    _calls.append((external_id, arrived, time.monotonic()))
    return 201, {"sid": "WT" + secrets.token_hex(16), "attributes": attributes, "assignment_status": "pending"}


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


async def _main() -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", int(os.environ["PORT"]))
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main())
