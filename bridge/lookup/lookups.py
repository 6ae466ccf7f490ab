"""Asks the organisation's service, and never lets a caller wait for it longer than there is time."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException

from bridge.inquiry import Found, Inquiry
from bridge.lookup.answer import AnswerRefused, read_answer
from bridge.lookup.circuit import Circuit
from bridge.lookup.letter import body_of, headers_of
from bridge.lookup.wire import Call, Wire
from bridge.signature import Secret

log = logging.getLogger(__name__)

AT_ONCE = 16  # requests to the service
WAITING = 32  # callers who wait for one, of the 64 whom the server works for at once: the others must not stand behind
LEAST_SECONDS = 0.05  # with less there is no point in asking


class Lookups:
    """The service at `url`. Calling it asks. Safe from any thread.

    `counts` says what became of the look-ups since the start: `found`, or why there was nothing.
    """

    def __init__(
        self,
        url: str,
        secrets: Sequence[Secret],
        seconds: float,
        *,
        now: Callable[[], float] = time.time,
        circuit: Circuit | None = None,
    ) -> None:
        self._secrets, self._seconds, self._now = tuple(secrets), seconds, now
        self._wire, self._circuit = Wire(url), circuit or Circuit()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="lookup")
        self._places = threading.BoundedSemaphore(WAITING)
        self._counting = threading.Lock()
        self.counts: Counter[str] = Counter()

    def __call__(self, inquiry: Inquiry, seconds: float) -> Found | None:
        """What the service says, None where it says nothing usable in time. Never raises."""
        began = time.monotonic()
        try:
            found, outcome = self._answered(inquiry, min(seconds, self._seconds)), "found"
        except AnswerRefused as refused:
            found, outcome = None, str(refused)
        except Exception as error:  # a bug of ours, too, is only a look-up that failed
            found, outcome = None, f"failed_{type(error).__name__}"
        self._note(inquiry, outcome, time.monotonic() - began)
        return found

    def close(self) -> None:
        """Let go of threads and connections."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._wire.close()

    def _answered(self, inquiry: Inquiry, seconds: float) -> Found:
        if seconds < LEAST_SECONDS:
            raise AnswerRefused("no_time")
        if not self._places.acquire(blocking=False):
            raise AnswerRefused("busy")
        try:
            if not self._circuit.lets_through():
                raise AnswerRefused("resting")
            return read_answer(self._body(inquiry, seconds), inquiry)
        finally:
            self._places.release()

    def _body(self, inquiry: Inquiry, seconds: float) -> bytes:
        """The service's answer. Only one that does not come in time or in health counts against the service."""
        answered = False
        try:
            body = self._sent(inquiry, seconds)
            answered = True
            return body
        except AnswerRefused as refused:
            answered = not str(refused).startswith("status_5")
            raise
        except TimeoutError:
            raise AnswerRefused("timeout") from None
        except (OSError, HTTPException):
            raise AnswerRefused("unreachable") from None
        finally:
            self._circuit.note(answered=answered)

    def _sent(self, inquiry: Inquiry, seconds: float) -> bytes:
        """In a thread of its own: names are looked up there, too, and nothing else can stop that in time."""
        call, body = Call(seconds), body_of(inquiry)
        headers = headers_of(body, self._secrets, self._now())
        path = f"/{inquiry.menu.name}/{inquiry.question}"
        coming = self._threads.submit(self._wire.post, path, body, headers, call)
        try:
            return coming.result(seconds)
        finally:
            coming.cancel()
            call.end()

    def _note(self, inquiry: Inquiry, outcome: str, seconds: float) -> None:
        with self._counting:
            self.counts[outcome] += 1
        level = logging.INFO if outcome == "found" else logging.WARNING
        milliseconds = int(seconds * 1000)
        log.log(
            level,
            "event=looked_up menu=%s question=%s outcome=%s ms=%d",
            inquiry.menu.name,
            inquiry.question,
            outcome,
            milliseconds,
        )
