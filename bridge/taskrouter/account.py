"""Where our tasks go and who we are there."""

from __future__ import annotations

from bridge.value import Value

TWILIO = "https://taskrouter.twilio.com"


class Account(Value, frozen=True):
    """`user` and `password` are the account SID and its auth token, or an API key's SID and secret.

    Timeouts are seconds; the read timeout is the longest silence we bear, not the length of a whole answer.
    """

    account_sid: str
    user: str
    password: str
    workspace_sid: str
    url: str = TWILIO
    connect_timeout: float = 3.0
    read_timeout: float = 10.0

    def flaw(self) -> str:
        """Why no call can be made with this, or nothing. Twilio takes a stray space for another name (20003)."""
        credentials = self.user + self.password
        if self.user and self.password and credentials.isascii() and not any(map(str.isspace, credentials)):
            return ""
        return (
            "The credentials are missing or hold a space or a strange character: correct ACCOUNT_SID and"
            " AUTH_TOKEN, or API_KEY_SID and API_KEY_SECRET."
        )
