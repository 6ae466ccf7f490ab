"""Every setting, once: its name in the environment, its default, and a sentence of help.

`bridge.settings` reads them. Each secret also has a `…_FILE` twin that names a file holding it. `.env.sample` lists
all; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from bridge import setting_readers

SEVERAL = "one or more, comma-separated"


class Setting(Struct, frozen=True):
    """One name that may stand in `.env`. `sample` stands in `.env.sample`; as a secret it is refused."""

    name: str
    field: str  # of `Settings`
    help: str
    default: str = ""
    sample: str = ""
    secret: bool = False
    value: Callable[[str], Any] = str  # raises ValueError
    expected: str = ""  # in the words of an admin

    def read(self, text: str, faults: list[str]) -> Any:
        """The value of `text`; what is wrong with it goes to `faults`."""
        try:
            return self.value(text)
        except ValueError:
            faults.append(f"{self.name} must be {self.expected}")
            return None


SETTINGS = (
    Setting(
        "TELERIVET_USSD_SECRET",
        "telerivet_secrets",
        "What Telerivet's script signs with; several, comma-separated, while you rotate. `python -m bridge "
        "secret` makes one.",
        sample="whsec_cmVwbGFjZS10aGlzLXdpdGgtYS1yZWFsLXNlY3JldA==",
        secret=True,
        value=setting_readers.listed,
        expected=SEVERAL,
    ),
    Setting(
        "ACCOUNT_SID",
        "account_sid",
        "Twilio account, AC…; console.twilio.com shows it on the first page.",
        sample="ACxxx",
    ),
    Setting(
        "AUTH_TOKEN",
        "auth_token",
        "Twilio auth token, beside the account SID. Or use an API key.",
        secret=True,
    ),
    Setting(
        "API_KEY_SID",
        "api_key_sid",
        "Twilio API key, SK…, instead of the auth token.",
    ),
    Setting(
        "API_KEY_SECRET",
        "api_key_secret",
        "The API key's secret, shown once when it is made.",
        secret=True,
    ),
    Setting(
        "TASK_WORKSPACE_ID",
        "workspace_sid",
        "TaskRouter workspace, WS…; in Flex it is “Flex Task Assignment”.",
        sample="WSxxx",
    ),
    Setting(
        "TASK_WORKFLOW_ID",
        "workflow_sid",
        "TaskRouter workflow, WW…, that new tasks go to.",
        sample="WWxxx",
    ),
    Setting(
        "TASK_CHANNEL",
        "task_channel",
        "Unique name of the task channel.",
        default="ussd",
    ),
    Setting(
        "TASKROUTER_URL",
        "taskrouter_url",
        "TaskRouter's address; another one is for a sandbox. http:// only within your own network.",
        default="https://taskrouter.twilio.com",
        value=setting_readers.own_service,
        expected="https://… without ? and #, or http:// within your own network",
    ),
    Setting(
        "DATABASE_URL",
        "database_url",
        "Where requests are kept: SQLite, or postgresql://… for several processes. An absolute path has four slashes: "
        "sqlite:////srv/bridge.db.",
        default="sqlite:///instance/bridge.db",
        secret=True,
    ),
    Setting(
        "DATA_KEYS",
        "data_keys",
        "Keys that numbers and answers at rest are encrypted with, newest first, comma-separated. `python -m "
        "bridge secret --data-key` makes one.",
        sample="cmVwbGFjZS10aGlzLXdpdGgtYS1yZWFsLWtleS0wMDA=",
        secret=True,
        value=setting_readers.listed,
        expected=SEVERAL,
    ),
    Setting(
        "ROUTES_FILE",
        "routes_file",
        "routes.yaml: which dialled code means which menu and workflow. Without it, one default route.",
        value=setting_readers.file,
    ),
    Setting(
        "MENUS_DIR",
        "menus_dir",
        "The folder with the menus; several, comma-separated.",
        default="menus",
        value=setting_readers.folders,
        expected=SEVERAL,
    ),
    Setting(
        "DEFAULT_COUNTRY",
        "default_country",
        "Two letters (SN, KE): how numbers without a country code are read, where no route says it.",
        value=setting_readers.country,
        expected="two letters, like SN",
    ),
    Setting(
        "SHARE_NUMBER",
        "share_number",
        "When the number goes to Flex: callback (only if a call-back is wanted and safe), always, never.",
        default="callback",
        value=setting_readers.sharing,
        expected="callback, always or never",
    ),
    Setting(
        "PUBLIC_URL",
        "public_url",
        "The address the world reaches this bridge at; `gateways` prints URLs to paste with it.",
        value=setting_readers.address_or_nothing,
        expected="an address that begins with https:// or http://",
    ),
    Setting(
        "HOST",
        "host",
        "Address to listen on.",
        default="127.0.0.1",
    ),
    Setting(
        "PORT",
        "port",
        "Port to listen on.",
        default="8080",
        value=setting_readers.at_least(1, 65_535),
        expected="a number from 1 to 65535",
    ),
    Setting(
        "LOOKUP_URL",
        "lookup_url",
        "Your service that answers look-ups during a session (docs/lookups.md): https://…, or http:// on this machine.",
        value=setting_readers.service,
        expected="https://… without ? and #, or http:// on this machine",
    ),
    Setting(
        "LOOKUP_SECRET",
        "lookup_secrets",
        "What look-ups are signed with; several, comma-separated, while you rotate. `python -m bridge secret` "
        "makes one.",
        secret=True,
        value=setting_readers.listed,
        expected=SEVERAL,
    ),
    Setting(
        "LOOKUP_SECONDS",
        "lookup_seconds",
        "How long a caller waits for a look-up, at most 4: the whole screen has 5.",
        default="2.5",
        value=setting_readers.seconds(0.1, 4),
        expected="a number of seconds from 0.1 to 4",
    ),
    Setting(
        "METRICS_TOKEN",
        "metrics_token",
        "Lets a monitor on another machine read /metrics (Authorization: Bearer …).",
        secret=True,
    ),
    Setting(
        "TRUSTED_PROXIES",
        "trusted_proxies",
        "How many reverse proxies stand before the bridge; their X-Forwarded-For is believed, no other.",
        default="0",
        value=setting_readers.at_least(0),
        expected="a number, 0 or more",
    ),
    Setting(
        "GIVE_UP_AFTER",
        "give_up_after",
        "Seconds after which an undelivered request is set aside for a person.",
        default="259200",
        value=setting_readers.seconds(3600, 100_000_000),
        expected="a number of seconds, at least 3600",
    ),
    Setting(
        "KEEP_CONTENT_DAYS",
        "keep_content_days",
        "Days that number and answers stay here after their task was made (docs/data-protection.md).",
        default="7",
        value=setting_readers.at_least(0),
        expected="a number of days, 0 or more",
    ),
    Setting(
        "KEEP_UNDELIVERED_DAYS",
        "keep_undelivered_days",
        "Days that a request which became no task waits for a person before its content is erased.",
        default="30",
        value=setting_readers.at_least(1),
        expected="a number of days, at least 1",
    ),
    Setting(
        "KEEP_IDS_DAYS",
        "keep_ids_days",
        "Days that a repetition of a request is known as one, at least 14; no content is kept for it.",
        default="30",
        value=setting_readers.at_least(14),
        expected="a number of days, at least 14",
    ),
    Setting(
        "KEEP_ATTEMPTS_DAYS",
        "keep_attempts_days",
        "Days that the history of calls to TaskRouter is kept.",
        default="30",
        value=setting_readers.at_least(1),
        expected="a number of days, at least 1",
    ),
    Setting(
        "KEEP_AUDIT_DAYS",
        "keep_audit_days",
        "Days that the audit trail is kept, at least 90.",
        default="365",
        value=setting_readers.at_least(90),
        expected="a number of days, at least 90",
    ),
    Setting(
        "KEEP_COUNTERS_MONTHS",
        "keep_counters_months",
        "Months that the counts of callers who gave up at a question are kept.",
        default="12",
        value=setting_readers.at_least(1),
        expected="a number of months, at least 1",
    ),
    Setting(
        "LOG_LEVEL",
        "log_level",
        "DEBUG, INFO, WARNING or ERROR.",
        default="INFO",
        value=setting_readers.level,
        expected="DEBUG, INFO, WARNING or ERROR",
    ),
)


BY_NAME = {setting.name: setting for setting in SETTINGS}
