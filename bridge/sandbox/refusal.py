"""Twilio's error bodies: `{code, message, more_info, status}` (twilio.com/docs/usage/twilios-response)."""

from __future__ import annotations

from flask import Response, jsonify


class Refusal(Exception):
    """An answer other than 2xx. `code` is Twilio's number for it, `message` never repeats what was sent."""

    def __init__(self, status: int, code: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.headers = status, code, message, headers or {}

    def response(self) -> Response:
        """The answer as Twilio writes its errors."""
        answer = jsonify(
            code=self.code,
            message=self.message,
            more_info=f"https://www.twilio.com/docs/errors/{self.code}",
            status=self.status,
        )
        answer.status_code = self.status
        answer.headers.update(self.headers)
        return answer


def invalid(message: str) -> Refusal:
    """20001: a parameter is wrong. Twilio publishes no texts for TaskRouter; ours name the parameter."""
    return Refusal(400, 20001, message)


def not_found(what: str) -> Refusal:
    """20404: no such resource."""
    return Refusal(404, 20404, f"The requested {what} was not found")


def not_authentic() -> Refusal:
    """20003: not the account's credentials."""
    return Refusal(401, 20003, "Authenticate", {"WWW-Authenticate": 'Basic realm="Twilio API"'})


def too_many(retry_after: float | None) -> Refusal:
    """20429: come again after so many seconds; None says nothing about when."""
    headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
    return Refusal(429, 20429, "Too Many Requests", headers)


def unavailable(status: int = 503) -> Refusal:
    """20503, or 20500 for any other status: Twilio's own trouble."""
    return Refusal(status, 20503 if status == 503 else 20500, "Service is unavailable, try again later")
