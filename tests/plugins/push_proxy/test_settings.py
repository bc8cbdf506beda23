"""Settings that are wrong: each is a line that says what, where and what to do."""

import json
from pathlib import Path
from typing import Any

import pytest

from hubbub.core.cli_errors import CommandFailed
from hubbub.core.metrics import Metrics
from hubbub.plugins.push_proxy.delivery import Delivery
from hubbub.plugins.push_proxy.settings import load

SECRET = "MIGHAgEAMBMGByqGSM49"


def write(tmp_path: Path, document: Any) -> Path:
    """Write settings."""
    path = tmp_path / "settings.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def changed(services: Any, section: str, **keys: Any) -> dict[str, Any]:
    """Return settings with some keys of an app changed."""
    settings = services.settings()
    settings[section][0].update(keys)
    return dict(settings)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("{", "are wrong: Input data was truncated"),
        ("[]", "are wrong: Expected `object`, got `array`"),
        ('{"ThrottlePerSec": "many"}', "Expected `int`, got `str` - at `$.ThrottlePerSec`"),
        ('{"SendTimeoutSec": 0}', "Expected `int` >= 1 - at `$.SendTimeoutSec`"),
        ('{"ApplePushSettings": [{}]}', "missing required field `Type` - at `$.ApplePushSettings[0]`"),
        ("{}", "Neither ApplePushSettings nor AndroidPushSettings names an app"),
        ('{"ListenAddress": ":x"}', "ListenAddress: ':x' is not an address to listen on"),
        ('{"LogFormat": "xml"}', "LogFormat is 'xml': plain or json."),
        ('{"LogLevel": "loud"}', "LogLevel is 'loud': debug, info, warn or error."),
        ('{"EnableFileLog": true}', "EnableFileLog is on, and LogFileLocation names no file."),
        ('{"ApplePushSettings": [{"Type": "apple", "AppleAuthKeyFile": "x.p8"}]}', "AppleTeamID of the app 'apple' is"),
        ('{"AndroidPushSettings": [{"Type": "a", "ServiceFileLocation":"x"}, {"Type":"a", "ServiceFileLocation":"y"}]}',
         "Two apps have the type 'a'."),
        ('{"AndroidPushSettings": [{"Type": "a", "ServiceFileLocation": "x", "AndroidPushServer": "http://x"}]}',
         "'http://x' is no address that begins with https://."),
        ('{"ApplePushSettings": [{"Type": "apple", "ApplePushCertPrivate": "x.p12"}]}',
         "signs in with ApplePushCertPrivate, which isn't supported"),
        ('{"AndroidPushSettings": [{"Type": "android", "AndroidApiKey": "x"}]}', "signs in with AndroidApiKey"),
    ],
)  # fmt: skip
def test_settings_that_are_wrong(tmp_path: Path, document: str, said: str) -> None:
    path = write(tmp_path, document)
    with pytest.raises(CommandFailed) as failure:
        load(path)
    assert said in str(failure.value)
    assert str(path) in str(failure.value) or "isn't supported" in str(failure.value)


def test_there_are_no_settings(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match=r"there are no settings .*none\.json\. docs/admin/push\.md"):
        load(tmp_path / "none.json")
    with pytest.raises(CommandFailed, match="can't be read: Is a directory"):
        load(tmp_path)


def test_the_example_of_mattermost_s_proxy_needs_keys_only(
    services: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = {"Type": "apple", "ApplePushTopic": "com.example", "ApplePushCertPrivate": "", "AppleAuthKeyFile": ""}
    settings = services.settings(Unheard=1)
    settings["ApplePushSettings"].insert(0, empty)
    settings["AndroidPushSettings"].append({"Type": "android", "AndroidApiKey": "", "ServiceFileLocation": ""})
    assert load(write(tmp_path, settings)).platforms == ["apple_rn", "android_rn"]
    assert "the settings have Unheard, which means nothing here" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("section", "key", "content", "said"),
    [
        ("ApplePushSettings", "AppleAuthKeyFile", None, "can't be read: No such file or directory"),
        ("ApplePushSettings", "AppleAuthKeyFile", SECRET, "is no private key (a .p8 file from Apple)"),
        ("ApplePushSettings", "AppleAuthKeyFile", b"\xff\xfe", "can't be read: it is no text"),
        ("ApplePushSettings", "AppleAuthKeyFile", "rsa", "is a key of another kind: Apple's are P-256"),
        ("AndroidPushSettings", "ServiceFileLocation", None, "can't be read: No such file or directory"),
        ("AndroidPushSettings", "ServiceFileLocation", SECRET, "is no service account's file of Google"),
        ("AndroidPushSettings", "ServiceFileLocation", "{}", "missing required field `project_id`"),
        ("AndroidPushSettings", "ServiceFileLocation", {"private_key": SECRET}, "has a private_key that is none"),
        ("AndroidPushSettings", "ServiceFileLocation", {"private_key": "ec"}, "has a private_key of another kind"),
        ("AndroidPushSettings", "ServiceFileLocation", {"token_uri": "http://x"}, "has a token_uri that doesn't begin"),
    ],
)
def test_keys_that_cannot_be_used(
    services: Any, tmp_path: Path, section: str, key: str, content: Any, said: str
) -> None:
    path = tmp_path / "key"
    account = json.loads(services.google_account.read_text())
    if content == "rsa":
        content = account["private_key"]
    if isinstance(content, dict):
        if content.get("private_key") == "ec":
            content = {"private_key": services.apple_key.read_text()}
        content = json.dumps({**account, **content})
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    settings = load(write(tmp_path, changed(services, section, **{key: str(path)})))
    with pytest.raises(CommandFailed) as failure:
        Delivery(settings, Metrics())
    assert said in str(failure.value)
    assert f"{key} of the app" in str(failure.value)
    assert SECRET not in str(failure.value)


def test_a_key_that_others_may_read_is_complained_about(
    services: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "key.p8"
    path.write_text(services.apple_key.read_text())
    path.chmod(0o644)
    settings = load(write(tmp_path, changed(services, "ApplePushSettings", AppleAuthKeyFile=str(path))))
    Delivery(settings, Metrics()).close()
    assert "can be read by other users of this machine: chmod 600 it" in caplog.text
