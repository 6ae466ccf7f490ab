"""Every setting, once: its name in the environment, its default, and a sentence of help.

`read` turns an environment into `Settings`, or refuses with every fault at once (`SetupError`). Each secret
also has a `…_FILE` twin that names a file holding it. `.env.sample` lists all; a test holds the two together.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge import values
from bridge.errors import SetupError
from bridge.values import ShareNumber

TOKEN_CHARACTERS = 22  # 128 bits in URL-safe base64
GATEWAY_SETTING = re.compile(r"([A-Z][A-Z0-9_]*)_(TOKEN|BASIC|ALLOW_IPS)")


@dataclass(frozen=True, slots=True)
class Setting:
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
        value=values.listed,
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
        "TaskRouter's address; another one is for a sandbox.",
        default="https://taskrouter.twilio.com",
        value=values.address,
        expected="an address that begins with https:// or http://",
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
        value=values.listed,
    ),
    Setting(
        "ROUTES_FILE",
        "routes_file",
        "routes.yaml: which dialled code means which menu and workflow. Without it, one default route.",
        value=values.file,
    ),
    Setting(
        "MENUS_DIR",
        "menus_dir",
        "The folder with the menus; several, comma-separated.",
        default="menus",
        value=values.folders,
    ),
    Setting(
        "DEFAULT_COUNTRY",
        "default_country",
        "Two letters (SN, KE): how numbers without a country code are read, where no route says it.",
        value=values.country,
        expected="two letters, like SN",
    ),
    Setting(
        "SHARE_NUMBER",
        "share_number",
        "When the number goes to Flex: callback (only if a call-back is wanted and safe), always, never.",
        default="callback",
        value=values.sharing,
        expected="callback, always or never",
    ),
    Setting(
        "PUBLIC_URL",
        "public_url",
        "The address the world reaches this bridge at; `gateways` prints URLs to paste with it.",
        value=values.address_or_nothing,
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
        value=values.at_least(1, 65_535),
        expected="a number from 1 to 65535",
    ),
    Setting(
        "LOOKUP_URL",
        "lookup_url",
        "Your service that answers look-ups during a session (docs/lookups.md): https://…, or http:// on this machine.",
        value=values.service,
        expected="https://… without ? and #, or http:// on this machine",
    ),
    Setting(
        "LOOKUP_SECRET",
        "lookup_secrets",
        "What look-ups are signed with; several, comma-separated, while you rotate. `python -m bridge secret` "
        "makes one.",
        secret=True,
        value=values.listed,
    ),
    Setting(
        "LOOKUP_SECONDS",
        "lookup_seconds",
        "How long a caller waits for a look-up, at most 4: the whole screen has 5.",
        default="2.5",
        value=values.seconds(0.1, 4),
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
        value=values.at_least(0),
        expected="a number, 0 or more",
    ),
    Setting(
        "GIVE_UP_AFTER",
        "give_up_after",
        "Seconds after which an undelivered request is set aside for a person.",
        default="259200",
        value=values.seconds(3600, 100_000_000),
        expected="a number of seconds, at least 3600",
    ),
    Setting(
        "KEEP_CONTENT_DAYS",
        "keep_content_days",
        "Days that number and answers stay here after their task was made (docs/data-protection.md).",
        default="7",
        value=values.at_least(0),
        expected="a number of days, 0 or more",
    ),
    Setting(
        "KEEP_UNDELIVERED_DAYS",
        "keep_undelivered_days",
        "Days that a request which became no task waits for a person before its content is erased.",
        default="30",
        value=values.at_least(1),
        expected="a number of days, at least 1",
    ),
    Setting(
        "KEEP_IDS_DAYS",
        "keep_ids_days",
        "Days that a repetition of a request is known as one, at least 14; no content is kept for it.",
        default="30",
        value=values.at_least(14),
        expected="a number of days, at least 14",
    ),
    Setting(
        "KEEP_ATTEMPTS_DAYS",
        "keep_attempts_days",
        "Days that the history of calls to TaskRouter is kept.",
        default="30",
        value=values.at_least(1),
        expected="a number of days, at least 1",
    ),
    Setting(
        "KEEP_AUDIT_DAYS",
        "keep_audit_days",
        "Days that the audit trail is kept, at least 90.",
        default="365",
        value=values.at_least(90),
        expected="a number of days, at least 90",
    ),
    Setting(
        "KEEP_COUNTERS_MONTHS",
        "keep_counters_months",
        "Months that the counts of callers who gave up at a question are kept.",
        default="12",
        value=values.at_least(1),
        expected="a number of months, at least 1",
    ),
    Setting(
        "LOG_LEVEL",
        "log_level",
        "DEBUG, INFO, WARNING or ERROR.",
        default="INFO",
        value=values.level,
        expected="DEBUG, INFO, WARNING or ERROR",
    ),
)


BY_NAME = {setting.name: setting for setting in SETTINGS}
SIDS = {"ACCOUNT_SID": "AC", "API_KEY_SID": "SK", "TASK_WORKSPACE_ID": "WS", "TASK_WORKFLOW_ID": "WW"}
FOUND = {
    "ACCOUNT_SID": "console.twilio.com shows it",
    "API_KEY_SID": "Console > Account > API keys & tokens",
    "TASK_WORKSPACE_ID": "Console > TaskRouter > Workspaces",
    "TASK_WORKFLOW_ID": "Console > TaskRouter > Workspaces > Workflows",
}


@dataclass(frozen=True, slots=True)
class Gateway:
    """What `.env` says of one server-run gateway: `HUBTEL_TOKEN`, `HUBTEL_BASIC`, `HUBTEL_ALLOW_IPS`."""

    tokens: tuple[str, ...] = field(default=(), repr=False)
    basic: tuple[str, ...] = field(default=(), repr=False)
    allow_ips: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings as values. Secrets are kept out of `repr`."""

    telerivet_secrets: tuple[str, ...] = field(default=(), repr=False)
    account_sid: str = ""
    auth_token: str = field(default="", repr=False)
    api_key_sid: str = ""
    api_key_secret: str = field(default="", repr=False)
    workspace_sid: str = ""
    workflow_sid: str = ""
    task_channel: str = "ussd"
    taskrouter_url: str = "https://taskrouter.twilio.com"
    database_url: str = field(default="sqlite:///instance/bridge.db", repr=False)
    data_keys: tuple[str, ...] = field(default=(), repr=False)
    routes_file: Path | None = None
    menus_dir: tuple[Path, ...] = (Path("menus"),)
    default_country: str | None = None
    share_number: ShareNumber = "callback"
    public_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8080
    lookup_url: str = ""
    lookup_secrets: tuple[str, ...] = field(default=(), repr=False)
    lookup_seconds: float = 2.5
    metrics_token: str = field(default="", repr=False)
    trusted_proxies: int = 0
    give_up_after: float = 259_200.0
    keep_content_days: int = 7
    keep_undelivered_days: int = 30
    keep_ids_days: int = 30
    keep_attempts_days: int = 30
    keep_audit_days: int = 365
    keep_counters_months: int = 12
    log_level: str = "INFO"
    gateways: Mapping[str, Gateway] = field(default_factory=dict)
    test_calls_make_tasks: bool = False  # in the demo, whatever the routes say


def read(environ: Mapping[str, str] = os.environ, gateways: Collection[str] | None = None) -> Settings:
    """The settings of an environment. Raises `SetupError` naming every setting that is wrong.

    Of the `<NAME>_TOKEN`s only those of `gateways` are taken, where they are given.
    """
    faults: list[str] = []
    found = {setting.field: setting.read(_text(environ, faults, setting), faults) for setting in SETTINGS}
    mounted = _gateways(environ, faults, gateways)
    if faults:
        raise SetupError("\n".join(faults))
    return Settings(**found, gateways=mounted)


def require_for_serving(settings: Settings) -> None:
    """Refuse to serve with what `faults_for_serving` names."""
    faults = faults_for_serving(settings)
    if faults:
        raise SetupError("\n".join(faults))


def faults_for_serving(settings: Settings) -> list[str]:
    """What is missing, still the sample's or misshapen, a sentence each that says where the right value is found.

    Whether a secret is strong is for the part that uses it to say (`bridge.intake`, `bridge.gateways`, `bridge.store`).
    """
    return [
        *_missing(settings),
        *_sample_secrets(settings),
        *_wrong_sids(settings),
        *_weak_metrics_token(settings),
    ]


def _missing(settings: Settings) -> list[str]:
    api_key = settings.api_key_sid and settings.api_key_secret
    wanted = (
        (
            settings.telerivet_secrets or settings.gateways,
            "TELERIVET_USSD_SECRET (or a gateway's token, like AFRICASTALKING_TOKEN)",
            "`python -m bridge secret` makes one",
        ),
        (settings.account_sid, "ACCOUNT_SID", FOUND["ACCOUNT_SID"]),
        (
            settings.auth_token or api_key,
            "AUTH_TOKEN (or API_KEY_SID with API_KEY_SECRET)",
            "console.twilio.com shows it",
        ),
        (settings.workspace_sid, "TASK_WORKSPACE_ID", FOUND["TASK_WORKSPACE_ID"]),
        (settings.workflow_sid, "TASK_WORKFLOW_ID", FOUND["TASK_WORKFLOW_ID"]),
        (settings.data_keys, "DATA_KEYS", "`python -m bridge secret --data-key` makes one"),
    )
    return [f"{name} is missing: {remedy}" for value, name, remedy in wanted if not value]


def _sample_secrets(settings: Settings) -> list[str]:
    held: Mapping[str, Sequence[str]] = {
        "TELERIVET_USSD_SECRET": settings.telerivet_secrets,
        "DATA_KEYS": settings.data_keys,
    }
    return [
        f"{name} is the public value of .env.sample: `python -m bridge secret{option}` makes your own"
        for name, option in (("TELERIVET_USSD_SECRET", ""), ("DATA_KEYS", " --data-key"))
        if BY_NAME[name].sample in held[name]
    ]


def _wrong_sids(settings: Settings) -> Iterator[str]:
    """Twilio's ids are two capitals and 32 hexadecimal digits (twilio.com/docs/glossary/what-is-a-sid)."""
    for name, letters in SIDS.items():
        sid = getattr(settings, BY_NAME[name].field)
        if sid and sid == BY_NAME[name].sample:
            yield f"{name} is still the sample value: {FOUND[name]}"
        elif sid and not re.fullmatch(rf"{letters}[0-9a-fA-F]{{32}}", sid):
            yield f"{name} must be {letters} and 32 hexadecimal digits: {FOUND[name]}"


def _weak_metrics_token(settings: Settings) -> list[str]:
    if not settings.metrics_token or len(settings.metrics_token) >= TOKEN_CHARACTERS:
        return []
    return [f"METRICS_TOKEN is too weak: {TOKEN_CHARACTERS} random characters; `python -m bridge secret --token`"]


def _text(environ: Mapping[str, str], faults: list[str], setting: Setting) -> str:
    file = environ.get(f"{setting.name}_FILE", "").strip() if setting.secret else ""
    if file:
        return _from_file(f"{setting.name}_FILE", file, faults)
    return environ.get(setting.name, "").strip() or setting.default


def _from_file(name: str, path: str, faults: list[str]) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        faults.append(f"{name} names a file that cannot be read")
        return ""


def _gateways(environ: Mapping[str, str], faults: list[str], known: Collection[str] | None) -> dict[str, Gateway]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for variable in environ:
        match = GATEWAY_SETTING.fullmatch(variable.removesuffix("_FILE"))
        if not match or match[0] in BY_NAME or not environ[variable].strip():
            continue
        if known is not None and match[1].lower() not in known:
            continue  # every environment has tokens that belong to something else
        value = environ[variable].strip()
        listed = values.listed(_from_file(variable, value, faults) if variable.endswith("_FILE") else value)
        found.setdefault(match[1].lower(), {})[match[2].lower()] = listed
    return {
        name: Gateway(parts.get("token", ()), parts.get("basic", ()), parts.get("allow_ips", ()))
        for name, parts in found.items()
        if parts.get("token")
    }
