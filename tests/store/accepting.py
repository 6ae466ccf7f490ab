"""A process of its own that accepts submissions and prints each reference once it was promised.

    python -m tests.store.accepting URL PREFIX [COUNT]    (the key in the environment: DATA_KEY)

Without COUNT it goes on until it is killed, from four threads. Session ids are PREFIX0, PREFIX1, …
"""

from __future__ import annotations

import itertools
import os
import sys
import threading

from bridge.store import open_store
from tests.store.samples import complete

THREADS = 4


def main() -> None:
    url, prefix, *count = sys.argv[1:]
    store = open_store(url, [os.environ["DATA_KEY"]])
    numbers = iter(range(int(count[0]))) if count else itertools.count()
    turn, screen = threading.Lock(), threading.Lock()

    def accept() -> None:
        while True:
            with turn:
                number = next(numbers, None)
            if number is None:
                return
            receipt = store.accept(complete(f"{prefix}{number}"), b"body")
            with screen:
                print(f"{prefix}{number}", receipt.reference, int(receipt.repeated), flush=True)

    threads = [threading.Thread(target=accept) for _ in range(THREADS)]
    print("ready", flush=True)
    sys.stdin.readline()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()


if __name__ == "__main__":
    main()
