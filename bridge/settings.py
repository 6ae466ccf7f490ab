"""Every setting, once: its name in the environment, its default, and a sentence of help.

`read` turns an environment into `Settings`, or refuses with every fault at once (`SetupError`). Each secret
also has a `…_FILE` twin that names a file holding it. `.env.sample` lists all; a test holds the two together.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit

from bridge.errors import SetupError

T = TypeVar("T")
ShareNumber = Literal["callback", "always", "never"]
SHARING: Mapping[str, ShareNumber] = {"callback": "callback", "always": "always", "never": "never"}

GATEWAY_SETTING = re.compile(r"([A-Z][A-Z0-9_]*)_(TOKEN|BASIC|ALLOW_IPS)")


@dataclass(frozen=True, slots=True)
class Setting:
    """One name that may stand in `.env`. `sample` stands in `.env.sample`; as a secret it is refused."""

    name: str
    help: str
    default: str = ""
    sample: str = ""
    secret: bool = False


SETTINGS = (
    Setting(
        "TELERIVET_USSD_SECRET",
        "What Telerivet's script signs with; several, comma-separated, while you rotate. `python -m "
        "bridge secret` makes one.",
        sample="whsec_cmVwbGFjZS10aGlzLXdpdGgtYS1yZWFsLXNlY3JldA==",
        secret=True,
    ),
    Setting(
        "ACCOUNT_SID",
        "Twilio account, AC…; console.twilio.com shows it on the first page.",
        sample="ACxxx",
    ),
    Setting(
        "AUTH_TOKEN",
        "Twilio auth token, beside the account SID. Or use an API key.",
        secret=True,
    ),
    Setting(
        "API_KEY_SID",
        "Twilio API key, SK…, instead of the auth token.",
    ),
    Setting(
        "API_KEY_SECRET",
        "The API key's secret, shown once when it is made.",
        secret=True,
    ),
    Setting(
        "TASK_WORKSPACE_ID",
        "TaskRouter workspace, WS…; in Flex it is “Flex Task Assignment”.",
        sample="WSxxx",
    ),
    Setting(
        "TASK_WORKFLOW_ID",
        "TaskRouter workflow, WW…, that new tasks go to.",
        sample="WWxxx",
    ),
    Setting(
        "TASK_CHANNEL",
        "Unique name of the task channel.",
        default="ussd",
    ),
    Setting(
        "TASKROUTER_URL",
        "TaskRouter's address; another one is for a sandbox.",
        default="https://taskrouter.twilio.com",
    ),
    Setting(
        "DATABASE_URL",
        "Where requests are kept: SQLite, or postgresql://… for several processes.",
        default="sqlite:///instance/bridge.db",
        secret=True,
    ),
    Setting(
        "DATA_KEYS",
        "Keys that numbers and answers at rest are encrypted with, newest first, comma-separated. "
        "`python -m bridge secret --data-key` makes one.",
        sample="cmVwbGFjZS10aGlzLXdpdGgtYS1yZWFsLWtleS0wMDA=",
        secret=True,
    ),
    Setting(
        "ROUTES_FILE",
        "routes.yaml: which dialled code means which menu and workflow. Without it, one default route.",
    ),
    Setting(
        "MENUS_DIR",
        "The folder with the menus; several, comma-separated.",
        default="menus",
    ),
    Setting(
        "DEFAULT_COUNTRY",
        "Two letters (SN, KE): how numbers without a country code are read, where no route says it.",
    ),
    Setting(
        "SHARE_NUMBER",
        "When the number goes to Flex: callback (only if a call-back is wanted and safe), always, never.",
        default="callback",
    ),
    Setting(
        "PUBLIC_URL",
        "The address the world reaches this bridge at; `gateways` prints URLs to paste with it.",
    ),
    Setting(
        "HOST",
        "Address to listen on.",
        default="127.0.0.1",
    ),
    Setting(
        "PORT",
        "Port to listen on.",
        default="8080",
    ),
    Setting(
        "LOOKUP_URL",
        "Your service that answers look-ups during a session (docs/lookups.md): https://…, or http:// on this machine.",
    ),
    Setting(
        "LOOKUP_SECRET",
        "What look-ups are signed with; several, comma-separated, while you rotate. `python -m bridge secret` "
        "makes one.",
        secret=True,
    ),
    Setting(
        "LOOKUP_SECONDS",
        "How long a caller waits for a look-up, at most 4: the whole screen has 5.",
        default="2.5",
    ),
    Setting(
        "METRICS_TOKEN",
        "Lets a monitor on another machine read /metrics (Authorization: Bearer …).",
        secret=True,
    ),
    Setting(
        "TRUSTED_PROXIES",
        "How many reverse proxies stand before the bridge; their X-Forwarded-For is believed, no other.",
        default="0",
    ),
    Setting(
        "GIVE_UP_AFTER",
        "Seconds after which an undelivered request is set aside for a person.",
        default="259200",
    ),
    Setting(
        "KEEP_CONTENT_DAYS",
        "Days that number and answers stay here after their task was made (docs/data-protection.md).",
        default="7",
    ),
    Setting(
        "KEEP_UNDELIVERED_DAYS",
        "Days that a request which became no task waits for a person before its content is erased.",
        default="30",
    ),
    Setting(
        "KEEP_IDS_DAYS",
        "Days that a repetition of a request is known as one, at least 14; no content is kept for it.",
        default="30",
    ),
    Setting(
        "KEEP_ATTEMPTS_DAYS",
        "Days that the history of calls to TaskRouter is kept.",
        default="30",
    ),
    Setting(
        "KEEP_AUDIT_DAYS",
        "Days that the audit trail is kept, at least 90.",
        default="365",
    ),
    Setting(
        "KEEP_COUNTERS_MONTHS",
        "Months that the counts of callers who gave up at a question are kept.",
        default="12",
    ),
    Setting(
        "LOG_LEVEL",
        "DEBUG, INFO, WARNING or ERROR.",
        default="INFO",
    ),
)

BY_NAME = {setting.name: setting for setting in SETTINGS}


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


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of an environment. Raises `SetupError` naming every setting that is wrong."""
    faults: list[str] = []
    text = partial(_text, environ, faults)

    def checked(name: str, read_value: Callable[[str], T], expected: str) -> T:
        try:
            return read_value(text(name))
        except ValueError:
            faults.append(f"{name} must be {expected}")
            return read_value(BY_NAME[name].default)

    settings = Settings(
        telerivet_secrets=_listed(text("TELERIVET_USSD_SECRET")),
        account_sid=text("ACCOUNT_SID"),
        auth_token=text("AUTH_TOKEN"),
        api_key_sid=text("API_KEY_SID"),
        api_key_secret=text("API_KEY_SECRET"),
        workspace_sid=text("TASK_WORKSPACE_ID"),
        workflow_sid=text("TASK_WORKFLOW_ID"),
        task_channel=text("TASK_CHANNEL"),
        taskrouter_url=checked("TASKROUTER_URL", _address, "an address that begins with https:// or http://"),
        database_url=text("DATABASE_URL"),
        data_keys=_listed(text("DATA_KEYS")),
        routes_file=Path(text("ROUTES_FILE")) if text("ROUTES_FILE") else None,
        menus_dir=tuple(map(Path, _listed(text("MENUS_DIR")))),
        default_country=checked("DEFAULT_COUNTRY", _country, "two letters, like SN"),
        share_number=checked("SHARE_NUMBER", _sharing, "callback, always or never"),
        public_url=text("PUBLIC_URL").rstrip("/"),
        host=text("HOST"),
        port=checked("PORT", _port, "a number from 1 to 65535"),
        lookup_url=checked("LOOKUP_URL", _service, "https://… without ? and #, or http:// on this machine"),
        lookup_secrets=_listed(text("LOOKUP_SECRET")),
        lookup_seconds=checked("LOOKUP_SECONDS", _moment, "a number of seconds from 0.1 to 4"),
        metrics_token=text("METRICS_TOKEN"),
        trusted_proxies=checked("TRUSTED_PROXIES", _from(0), "a number, 0 or more"),
        give_up_after=checked("GIVE_UP_AFTER", _seconds, "a number of seconds, at least 3600"),
        keep_content_days=checked("KEEP_CONTENT_DAYS", _from(0), "a number of days, 0 or more"),
        keep_undelivered_days=checked("KEEP_UNDELIVERED_DAYS", _from(1), "a number of days, at least 1"),
        keep_ids_days=checked("KEEP_IDS_DAYS", _from(14), "a number of days, at least 14"),
        keep_attempts_days=checked("KEEP_ATTEMPTS_DAYS", _from(1), "a number of days, at least 1"),
        keep_audit_days=checked("KEEP_AUDIT_DAYS", _from(90), "a number of days, at least 90"),
        keep_counters_months=checked("KEEP_COUNTERS_MONTHS", _from(1), "a number of months, at least 1"),
        log_level=checked("LOG_LEVEL", _level, "DEBUG, INFO, WARNING or ERROR"),
        gateways=_gateways(environ, faults),
    )
    if faults:
        raise SetupError("; ".join(faults))
    return settings


def require_for_serving(settings: Settings, gateways: Collection[str]) -> None:
    """Refuse to serve with missing or sample values. The `SetupError` says where each right one is found.

    `gateways` are the names there are; other settings that end in _TOKEN belong to somebody else.

    Whether a secret is strong is for the part that uses it to say (`bridge.intake`, `bridge.gateways`, `bridge.store`).
    """
    faults = [
        *_missing(settings, gateways),
        *_sample_values(settings),
    ]
    if faults:
        raise SetupError("; ".join(faults))


def _missing(settings: Settings, gateways: Collection[str]) -> list[str]:
    tokens = any(given.tokens for name, given in settings.gateways.items() if name in gateways)
    api_key = settings.api_key_sid and settings.api_key_secret
    wanted = (
        (
            settings.telerivet_secrets or tokens,
            "TELERIVET_USSD_SECRET (or a gateway's token, like AFRICASTALKING_TOKEN)",
            "`python -m bridge secret` makes one",
        ),
        (settings.account_sid, "ACCOUNT_SID", "console.twilio.com shows it"),
        (
            settings.auth_token or api_key,
            "AUTH_TOKEN (or API_KEY_SID with API_KEY_SECRET)",
            "console.twilio.com shows it",
        ),
        (settings.workspace_sid, "TASK_WORKSPACE_ID", "Console > TaskRouter > Workspaces"),
        (settings.workflow_sid, "TASK_WORKFLOW_ID", "Console > TaskRouter > Workspaces > Workflows"),
        (settings.data_keys, "DATA_KEYS", "`python -m bridge secret --data-key` makes one"),
    )
    return [f"{name} is missing: {remedy}" for value, name, remedy in wanted if not value]


def _sample_values(settings: Settings) -> list[str]:
    held: Mapping[str, Sequence[str]] = {
        "TELERIVET_USSD_SECRET": settings.telerivet_secrets,
        "DATA_KEYS": settings.data_keys,
    }
    return [
        f"{name} is the public value of .env.sample: `python -m bridge secret{option}` makes your own"
        for name, option in (("TELERIVET_USSD_SECRET", ""), ("DATA_KEYS", " --data-key"))
        if BY_NAME[name].sample in held[name]
    ]


def _text(environ: Mapping[str, str], faults: list[str], name: str) -> str:
    setting = BY_NAME[name]
    if setting.secret and environ.get(f"{name}_FILE", "").strip():
        return _from_file(f"{name}_FILE", environ[f"{name}_FILE"].strip(), faults)
    return environ.get(name, "").strip() or setting.default


def _from_file(name: str, path: str, faults: list[str]) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        faults.append(f"{name} names a file that cannot be read")
        return ""


def _gateways(environ: Mapping[str, str], faults: list[str]) -> dict[str, Gateway]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for variable in environ:
        match = GATEWAY_SETTING.fullmatch(variable.removesuffix("_FILE"))
        if not match or match[0] in BY_NAME or not environ[variable].strip():
            continue
        value = environ[variable].strip()
        listed = _listed(_from_file(variable, value, faults) if variable.endswith("_FILE") else value)
        found.setdefault(match[1].lower(), {})[match[2].lower()] = listed
    return {
        name: Gateway(parts.get("token", ()), parts.get("basic", ()), parts.get("allow_ips", ()))
        for name, parts in found.items()
        if parts.get("token")
    }


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+[^\s]*", text):
        raise ValueError
    return text.rstrip("/")


def _service(text: str) -> str:
    """An address that is safe to send secrets to: encrypted, or without a network in between. No user, no query."""
    parts = urlsplit(text)
    is_here = parts.hostname == "localhost" or re.fullmatch(r"127(\.\d{1,3}){3}|::1", parts.hostname or "")
    is_plain = re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~/-]*)?", text) and parts.hostname
    if text and (not is_plain or (parts.scheme == "http" and not is_here) or parts.port == 0):
        raise ValueError
    return text.rstrip("/")


def _moment(text: str) -> float:
    if not 0.1 <= float(text) <= 4:
        raise ValueError
    return float(text)


def _country(text: str) -> str | None:
    if text and not re.fullmatch(r"[A-Za-z]{2}", text):
        raise ValueError
    return text.upper() or None


def _sharing(text: str) -> ShareNumber:
    if text in SHARING:
        return SHARING[text]
    raise ValueError


def _port(text: str) -> int:
    if not 1 <= int(text) <= 65_535:
        raise ValueError
    return int(text)


def _from(least: int) -> Callable[[str], int]:
    def count(text: str) -> int:
        if not least <= int(text) <= 1_000_000:
            raise ValueError
        return int(text)

    return count


def _seconds(text: str) -> float:
    if float(text) < 3600:
        raise ValueError
    return float(text)


def _level(text: str) -> str:
    if text.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError
    return text.upper()
