"""Settings as an admin writes them, right and wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge import setting_readers
from bridge.errors import SetupError
from bridge.settings import BY_NAME, SETTINGS, Settings, read


def test_without_any_environment_every_setting_has_its_default() -> None:
    settings = read({})
    assert (settings.host, settings.port, settings.task_channel) == ("127.0.0.1", 8080, "ussd")
    assert settings.database_url == "sqlite:///instance/bridge.db"
    assert settings.menus_dir == (Path("menus"),)
    assert settings.share_number == "callback"
    assert settings.gateways == {}


def test_spaces_around_a_value_do_not_count() -> None:
    assert read({"ACCOUNT_SID": " AC1 \n"}).account_sid == "AC1"


def test_menus_may_lie_in_several_folders() -> None:
    assert read({"MENUS_DIR": "menus, menus/examples"}).menus_dir == (Path("menus"), Path("menus/examples"))


def test_several_secrets_are_separated_by_commas() -> None:
    assert read({"TELERIVET_USSD_SECRET": "whsec_a, whsec_b,"}).telerivet_secrets == ("whsec_a", "whsec_b")


@pytest.mark.parametrize("name", [setting.name for setting in SETTINGS if setting.secret])
def test_every_secret_may_stand_in_a_file(name: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("from-the-file\n")
    assert "from-the-file" in str(_values(read({f"{name}_FILE": str(file)})))


def test_a_gateways_token_may_stand_in_a_file_too(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("one,two\n")
    assert read({"HUBTEL_TOKEN_FILE": str(file)}).gateways["hubtel"].tokens == ("one", "two")


OF_ONE = [setting.name for setting in SETTINGS if setting.secret and setting.value is not setting_readers.listed]
OF_SEVERAL = [setting.name for setting in SETTINGS if setting.secret and setting.value is setting_readers.listed]
OF_A_GATEWAY = ["HUBTEL_TOKEN", "HUBTEL_BASIC", "HUBTEL_ALLOW_IPS"]
EVERY_SECRET = [*OF_ONE, *OF_SEVERAL, *OF_A_GATEWAY]


@pytest.mark.parametrize("name", EVERY_SECRET)
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"the-secret", id="bare"),
        pytest.param(b" the-secret \r\n\n", id="with line ends"),
        pytest.param(b"\xef\xbb\xbfthe-secret\n", id="with a byte order mark"),
    ],
)
def test_a_secret_is_what_its_file_says_and_no_more(content: bytes, name: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(content)
    settings = _read_from(tmp_path / "secret", name)
    assert _held(settings, name) in ("the-secret", ("the-secret",))


def _read_from(file: Path, name: str) -> Settings:
    """A gateway is there only with its token."""
    return read(({"HUBTEL_TOKEN": "x"} if name in OF_A_GATEWAY[1:] else {}) | {f"{name}_FILE": str(file)})


def _held(settings: Settings, name: str) -> object:
    if name not in OF_A_GATEWAY:
        return getattr(settings, BY_NAME[name].field)
    hubtel = settings.gateways["hubtel"]
    return {"HUBTEL_TOKEN": hubtel.tokens, "HUBTEL_BASIC": hubtel.basic, "HUBTEL_ALLOW_IPS": hubtel.allow_ips}[name]


@pytest.mark.parametrize("name", EVERY_SECRET)
@pytest.mark.parametrize("content", ["", " \n", None, b"\xe9"], ids=["empty", "blank", "missing", "not text"])
def test_a_secret_that_did_not_arrive_stops_the_start(content: str | bytes | None, name: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    expected = "is empty" if content in ("", " \n") else "cannot be read"
    with pytest.raises(SetupError, match=f"^{name}_FILE names a file that {expected}$"):
        read({f"{name}_FILE": str(file)})


def test_a_folder_is_no_secret(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="AUTH_TOKEN_FILE names a file that cannot be read"):
        read({"AUTH_TOKEN_FILE": str(tmp_path)})


@pytest.mark.parametrize("name", EVERY_SECRET)
@pytest.mark.parametrize("file_first", [True, False])
def test_of_a_secret_and_its_file_nobody_has_to_guess_which_holds(file_first: bool, name: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("of-the-file")
    both = [(f"{name}_FILE", str(tmp_path / "secret")), (name, "of-the-setting")]
    with pytest.raises(SetupError, match=f"^{name} and {name}_FILE are both set: keep one of them$"):
        read(dict(both if file_first else reversed(both)))


@pytest.mark.parametrize("name", [*OF_SEVERAL, *OF_A_GATEWAY])
def test_several_secrets_may_stand_on_a_line_each(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("new\r\nold\n")
    settings = _read_from(tmp_path / "secret", name)
    assert _held(settings, name) == ("new", "old")


@pytest.mark.parametrize("name", OF_ONE)
def test_a_single_secret_of_two_lines_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("one\nanother")
    with pytest.raises(SetupError, match=f"^{name} must be one line$"):
        read({f"{name}_FILE": str(tmp_path / "secret")})


@pytest.mark.parametrize("name", [*OF_SEVERAL, *OF_A_GATEWAY])
def test_a_list_of_nothing_switches_nothing_off(name: str) -> None:
    with pytest.raises(SetupError, match=f"^{name} must be one or more, comma-separated$"):
        read({name: " , "})


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        pytest.param("PORT", "eighty", "a number from 1 to 65535", id="port in words"),
        pytest.param("PORT", "0", "a number from 1 to 65535", id="port nought"),
        pytest.param("PORT", "65536", "a number from 1 to 65535", id="port too high"),
        pytest.param("DEFAULT_COUNTRY", "Senegal", "two letters, like SN", id="country in full"),
        pytest.param("SHARE_NUMBER", "sometimes", "callback, always or never", id="sharing unknown"),
        pytest.param("TASKROUTER_URL", "taskrouter.twilio.com", "https://", id="address bare"),
        pytest.param("TASKROUTER_URL", "http://taskrouter.twilio.com", "https://", id="Twilio in the clear"),
        pytest.param("TASKROUTER_URL", "http://93.184.215.14:80", "https://", id="the world in the clear"),
        pytest.param("TASKROUTER_URL", "https://AC1:word@taskrouter.twilio.com", "https://", id="with a password"),
        pytest.param("PUBLIC_URL", "bridge.example", "an address that begins with", id="public address bare"),
        pytest.param("TRUSTED_PROXIES", "-1", "a number, 0 or more", id="proxies negative"),
        pytest.param("GIVE_UP_AFTER", "5", "at least 3600", id="patience too short"),
        pytest.param("LOOKUP_URL", "http://service.example", "https://", id="look-ups over a network in the clear"),
        pytest.param("LOOKUP_URL", "http://127.0.0.1.example/x", "https://", id="look-ups as if on this machine"),
        pytest.param("LOOKUP_URL", "https://user:key@service.example", "https://", id="look-ups with a password"),
        pytest.param("LOOKUP_URL", "https://service.example/?key=1", "https://", id="look-ups with a query"),
        pytest.param("LOOKUP_URL", "https://service.example:99999", "https://", id="look-ups at no port"),
        pytest.param("LOOKUP_SECONDS", "4.5", "from 0.1 to 4", id="look-ups longer than a screen"),
        pytest.param("LOOKUP_SECONDS", "nan", "from 0.1 to 4", id="look-ups as long as nothing"),
        pytest.param("KEEP_IDS_DAYS", "13", "at least 14", id="ids forgotten while they may be repeated"),
        pytest.param("KEEP_AUDIT_DAYS", "89", "at least 90", id="audit shorter than its triggers"),
        pytest.param("KEEP_CONTENT_DAYS", "-1", "0 or more", id="days negative"),
        pytest.param("KEEP_COUNTERS_MONTHS", "forever", "a number of months", id="months in words"),
        pytest.param("LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING or ERROR", id="level unknown"),
    ],
)
def test_a_wrong_value_is_refused_by_name_and_not_repeated(name: str, value: str, expected: str) -> None:
    with pytest.raises(SetupError) as refusal:
        read({name: value})
    assert name in str(refusal.value)
    assert expected in str(refusal.value)
    assert f" {value} " not in f" {refusal.value} "


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("https://service.example/ussd/", "https://service.example/ussd"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
        ("http://localhost:9000/lookups", "http://localhost:9000/lookups"),
        ("http://[::1]:9000", "http://[::1]:9000"),
    ],
)
def test_look_ups_go_encrypted_or_stay_on_this_machine(written: str, read_as: str) -> None:
    assert read({"LOOKUP_URL": written}).lookup_url == read_as


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1:8081", "http://localhost:8081/deep/", "http://sandbox:8081", "http://10.1.2.3:8081"),
        *("http://[fd00::1]:8081", "https://taskrouter.twilio.com"),
    ],
)
def test_a_sandbox_of_ones_own_network_need_not_be_encrypted(url: str) -> None:
    assert read({"TASKROUTER_URL": url}).taskrouter_url == url.rstrip("/")


def test_all_wrong_values_are_told_at_once() -> None:
    with pytest.raises(SetupError, match=r"^SHARE_NUMBER .*\nPORT "):
        read({"PORT": "x", "SHARE_NUMBER": "x"})


def test_a_gateway_without_a_token_is_not_there() -> None:
    assert read({"HUBTEL_BASIC": "user:password"}).gateways == {}


def test_what_protects_a_gateway_is_read_by_its_name() -> None:
    environ = {"HUBTEL_TOKEN": "a,b", "HUBTEL_BASIC": "user:password", "HUBTEL_ALLOW_IPS": "192.0.2.0/24"}
    hubtel = read(environ).gateways["hubtel"]
    assert (hubtel.tokens, hubtel.basic, hubtel.allow_ips) == (("a", "b"), ("user:password",), ("192.0.2.0/24",))


def test_twilios_and_the_metrics_token_are_no_gateways() -> None:
    assert read({"AUTH_TOKEN": "x", "METRICS_TOKEN": "y"}).gateways == {}


def test_no_secret_shows_in_the_representation() -> None:
    environ = {setting.name: f"hidden-{setting.name}" for setting in SETTINGS if setting.secret}
    shown = repr(read({**environ, "HUBTEL_TOKEN": "hidden-token", "HUBTEL_BASIC": "hidden:basic"}))
    assert "hidden" not in shown


def _values(settings: object) -> list[object]:
    return [getattr(settings, name) for name in settings.__dataclass_fields__]  # type: ignore[attr-defined]
