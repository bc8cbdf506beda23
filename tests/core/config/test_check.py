"""`hubbub config …` and the rules behind it."""

from typing import Any

import pytest

from hubbub.core.config import ConfigStore, commands, defaults
from hubbub.core.config.decode import decode
from hubbub.core.config.rules.formats import is_listen_address, is_url

MODEL = "model.config.is_valid"
LDAP = {
    "Enable": True,
    "LdapServer": "ldap.example.com",
    "BaseDN": "dc=example",
    "EmailAttribute": "mail",
    "UsernameAttribute": "uid",
    "IdAttribute": "entryUUID",
    "LoginIdAttribute": "uid",
}
SAML = {
    "Enable": True,
    "Encrypt": False,
    "IdpURL": "https://idp.example.com/sso",
    "IdpDescriptorURL": "https://idp.example.com",
    "IdpCertificateFile": "idp.pem",
    "EmailAttribute": "mail",
    "UsernameAttribute": "uid",
    "ServiceProviderIdentifier": "chat",
    "AssertionConsumerServiceURL": "https://chat.example.com/login/sso/saml",
}
WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"ServiceSettings": {"SiteURL": "ftp://x"}}, "ServiceSettings.SiteURL", f"{MODEL}.site_url.app_error"),
    ({"ServiceSettings": {"WebsocketURL": "http://x"}}, "ServiceSettings.WebsocketURL", f"{MODEL}.websocket_url.app_error"),
    ({"ServiceSettings": {"ListenAddress": "8065"}}, "ServiceSettings.ListenAddress", f"{MODEL}.listen_address.app_error"),
    ({"ServiceSettings": {"ConnectionSecurity": "TLS"}}, "ServiceSettings.TLSCertFile", f"{MODEL}.tls_cert_file_missing.app_error"),
    ({"ServiceSettings": {"ReadTimeout": 0}}, "ServiceSettings.ReadTimeout", f"{MODEL}.read_timeout.app_error"),
    ({"ServiceSettings": {"MaximumLoginAttempts": 0}}, "ServiceSettings.MaximumLoginAttempts", f"{MODEL}.login_attempts.app_error"),
    ({"ServiceSettings": {"SessionLengthSSOInHours": 0}}, "ServiceSettings.SessionLengthSSOInHours", f"{MODEL}.session_length.app_error"),
    ({"ServiceSettings": {"AllowCookiesForSubdomains": True}}, "ServiceSettings.AllowCookiesForSubdomains", f"{MODEL}.allow_cookies_for_subdomains.app_error"),
    ({"ServiceSettings": {"ThreadAutoFollow": False}}, "ServiceSettings.ThreadAutoFollow", f"{MODEL}.collapsed_threads.autofollow.app_error"),
    ({"ServiceSettings": {"CollapsedThreads": "on"}}, "ServiceSettings.CollapsedThreads", f"{MODEL}.collapsed_threads.app_error"),
    ({"TeamSettings": {"SiteName": "x" * 31}}, "TeamSettings.SiteName", f"{MODEL}.sitename_length.app_error"),
    ({"TeamSettings": {"MaxUsersPerTeam": 0}}, "TeamSettings.MaxUsersPerTeam", f"{MODEL}.max_users.app_error"),
    ({"SqlSettings": {"DriverName": "oracle"}}, "SqlSettings.DriverName", f"{MODEL}.sql_driver.app_error"),
    ({"SqlSettings": {"DriverName": "postgres"}}, "SqlSettings.DataSource", f"{MODEL}.sql_data_src.app_error"),
    ({"SqlSettings": {"AtRestEncryptKey": "short"}}, "SqlSettings.AtRestEncryptKey", f"{MODEL}.encrypt_sql.app_error"),
    ({"PasswordSettings": {"MinimumLength": 4}}, "PasswordSettings.MinimumLength", f"{MODEL}.password_length.app_error"),
    ({"PasswordSettings": {"MinimumLength": 73}}, "PasswordSettings.MinimumLength", f"{MODEL}.password_length.app_error"),
    ({"RateLimitSettings": {"PerSec": 0}}, "RateLimitSettings.PerSec", f"{MODEL}.rate_sec.app_error"),
    ({"FileSettings": {"MaxFileSize": 0}}, "FileSettings.MaxFileSize", f"{MODEL}.max_file_size.app_error"),
    ({"FileSettings": {"DriverName": "tape"}}, "FileSettings.DriverName", f"{MODEL}.file_driver.app_error"),
    ({"FileSettings": {"Directory": " "}}, "FileSettings.Directory", f"{MODEL}.directory.app_error"),
    ({"FileSettings": {"Directory": "./data "}}, "FileSettings.Directory", f"{MODEL}.directory_whitespace.app_error"),
    ({"FileSettings": {"MaxImageDecoderConcurrency": 0}}, "FileSettings.MaxImageDecoderConcurrency", f"{MODEL}.image_decoder_concurrency.app_error"),
    ({"FileSettings": {"PublicLinkSalt": "short"}}, "FileSettings.PublicLinkSalt", f"{MODEL}.file_salt.app_error"),
    ({"EmailSettings": {"ConnectionSecurity": "SSL"}}, "EmailSettings.ConnectionSecurity", f"{MODEL}.email_security.app_error"),
    ({"EmailSettings": {"EnableEmailBatching": True}}, "EmailSettings.EnableEmailBatching", f"{MODEL}.site_url_email_batching.app_error"),
    ({"LdapSettings": LDAP | {"BaseDN": ""}}, "LdapSettings.BaseDN", f"{MODEL}.ldap_basedn"),
    ({"LdapSettings": LDAP | {"UserFilter": "(a=b"}}, "LdapSettings.UserFilter", "ent.ldap.validate_filter.app_error"),
    ({"SamlSettings": SAML | {"IdpURL": "idp"}}, "SamlSettings.IdpURL", f"{MODEL}.saml_idp_url.app_error"),
    ({"SamlSettings": SAML | {"Encrypt": True}}, "SamlSettings.PrivateKeyFile", f"{MODEL}.saml_private_key.app_error"),
    ({"SamlSettings": SAML | {"GuestAttribute": "guest"}}, "SamlSettings.GuestAttribute", f"{MODEL}.saml_guest_attribute.app_error"),
    ({"CacheSettings": {"CacheType": "redis", "RedisDB": 0}}, "CacheSettings.RedisAddress", f"{MODEL}.empty_redis_address.app_error"),
    ({"ElasticsearchSettings": {"EnableSearching": True}}, "ElasticsearchSettings.EnableSearching", f"{MODEL}.elastic_search.enable_searching.app_error"),
    ({"DataRetentionSettings": {"DeletionJobStartTime": "25:00"}}, "DataRetentionSettings.DeletionJobStartTime", f"{MODEL}.data_retention.deletion_job_start_time.app_error"),
    ({"DataRetentionSettings": {"EnableFileDeletion": True, "FileRetentionDays": 0}}, "DataRetentionSettings.FileRetentionDays", f"{MODEL}.data_retention.file_retention_both_zero.app_error"),
    ({"LocalizationSettings": {"AvailableLocales": "de,fr"}}, "LocalizationSettings.AvailableLocales", f"{MODEL}.localization.available_locales.app_error"),
    ({"HubbubSettings": {"TrustedProxies": ["10.0.0.0/99"]}}, "HubbubSettings.TrustedProxies", f"{MODEL}.app_error"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "key", "error"), WRONG, ids=[f"{key}-{i}" for i, (_, key, _) in enumerate(WRONG)])
def test_a_wrong_value_is_an_error_with_the_id_clients_know(document: Any, key: str, error: str) -> None:
    problems = [problem for problem in decode(document, {}).problems if problem.severity == "error"]
    assert (key, error) in [(problem.key, problem.id) for problem in problems]
    assert all(problem.message and problem.remedy for problem in problems)


@pytest.mark.parametrize(
    "document", [{}, {"LdapSettings": LDAP}, {"SamlSettings": SAML}], ids=["defaults", "ldap", "saml"]
)
def test_what_is_right_is_no_problem(document: Any) -> None:
    assert [problem for problem in decode(document, {}).problems if problem.severity == "error"] == []


def test_a_value_that_other_servers_never_checked_is_only_warned_about() -> None:
    (problem,) = decode({"ServiceSettings": {"WebserverMode": "fast"}}, {}).problems
    assert problem.severity == "warning"


@pytest.mark.parametrize("text", [":8065", "0.0.0.0:80", "[::1]:8065", "chat.example.com:443", "unix:/run/hubbub.sock"])
def test_addresses_to_listen_on(text: str) -> None:
    assert is_listen_address(text)


@pytest.mark.parametrize("text", ["", "8065", ":x", ":70000", "::1:8065", "unix:", ":٣"])
def test_what_is_no_address_to_listen_on(text: str) -> None:
    assert not is_listen_address(text)


@pytest.mark.parametrize(
    "text", ["", "chat", "//chat", "http://", "http://a b", "http://[", "http://x:99999", "javascript:1"]
)
def test_what_is_no_url(text: str) -> None:
    assert not is_url(text)


def test_check_lists_errors_first_and_names_old_and_unknown_keys(write: Any) -> None:
    document = {
        "ServiceSettings": {"EnableOnlyAdminIntegrations": True, "SiteUrl": "https://x.example", "Nonsense": 1},
        "NotificationLogSettings": {"EnableConsole": True},
        "TeamSettings": {"MaxUsersPerTeam": 0},
    }
    answer = commands.check(ConfigStore(write(document), {"MM_TEAMSETTINGS_SITENAM": "x"}))
    lines = answer.text.splitlines()
    assert answer.code == 1
    assert lines[0].startswith("error: TeamSettings.MaxUsersPerTeam is 0: Too small.")
    assert "warning: ServiceSettings.EnableOnlyAdminIntegrations: A key of an older version" in answer.text
    assert "warning: ServiceSettings.Nonsense: Unknown" in answer.text
    assert "NotificationLogSettings: A key of an older version" in answer.text
    assert "MM_TEAMSETTINGS_SITENAM: An environment variable that names no setting" in answer.text
    assert "SiteUrl" not in answer.text
    assert lines[-1].endswith(": 1 errors, 4 warnings.")


def test_check_of_broken_json_tells_where(write: Any) -> None:
    answer = commands.check(ConfigStore(write("{,}"), {}))
    assert answer.code == 1
    assert "line 1, column 2" in answer.text


def test_check_writes_nothing(write: Any) -> None:
    path = write({"ServiceSettings": {"SiteURL": ""}})
    before = path.read_bytes()
    assert commands.check(ConfigStore(path, {})).code == 0
    assert path.read_bytes() == before


def test_a_new_installation_has_no_problems(store: ConfigStore) -> None:
    assert commands.check(store) == (f"{store.path}: no problems.", 0)


def test_show_masks_secrets(store: ConfigStore) -> None:
    answer = commands.show(store)
    assert store.current.SqlSettings.AtRestEncryptKey not in answer.text
    assert '"SiteName": "Hubbub"' in answer.text


def test_get_finds_keys_in_any_case_and_whole_sections(store: ConfigStore) -> None:
    assert commands.get(store, "teamsettings.sitename") == ("Hubbub", 0)
    assert commands.get(store, "TeamSettings.MaxUsersPerTeam") == ("50", 0)
    assert '"MinimumLength": 8' in commands.get(store, "PasswordSettings").text


def test_an_unknown_key_suggests_the_nearest(store: ConfigStore) -> None:
    answer = commands.get(store, "TeamSettings.SiteNam")
    assert answer.code == 1
    assert "TeamSettings.SiteName" in answer.text


@pytest.mark.parametrize(
    ("key", "text", "shown"),
    [
        ("TeamSettings.SiteName", "Kitchen", "Kitchen"),
        ("TeamSettings.MaxUsersPerTeam", "99", "99"),
        ("TeamSettings.EnableOpenServer", "true", "true"),
        ("PluginSettings.Plugins.com.example.bridge.retries", "5", "5"),
    ],
)
def test_set_then_get(store: ConfigStore, key: str, text: str, shown: str) -> None:
    assert commands.set_value(store, key, text).code == 0
    assert commands.get(store, key) == (shown, 0)


def test_set_says_when_a_restart_is_needed(store: ConfigStore) -> None:
    assert commands.set_value(store, "ServiceSettings.ListenAddress", ":80").text.endswith("after a restart.")
    assert "restart" not in commands.set_value(store, "TeamSettings.SiteName", "Kitchen").text


@pytest.mark.parametrize(
    ("key", "text"), [("TeamSettings.MaxUsersPerTeam", "0"), ("TeamSettings.EnableOpenServer", "maybe")]
)
def test_set_refuses_what_is_wrong(store: ConfigStore, key: str, text: str) -> None:
    answer = commands.set_value(store, key, text)
    assert answer.code == 1
    assert "Nothing was changed." in answer.text


def test_set_refuses_what_the_environment_sets(path: Any) -> None:
    store = ConfigStore(path, {"MM_TEAMSETTINGS_SITENAME": "Outside"})
    answer = commands.set_value(store, "TeamSettings.SiteName", "Kitchen")
    assert answer.code == 1
    assert "MM_TEAMSETTINGS_SITENAME" in answer.text


def test_reset_of_a_key_and_of_a_section(store: ConfigStore) -> None:
    commands.set_value(store, "TeamSettings.MaxUsersPerTeam", "99")
    commands.set_value(store, "PasswordSettings.MinimumLength", "20")
    assert commands.reset(store, "TeamSettings.MaxUsersPerTeam").code == 0
    assert commands.reset(store, "PasswordSettings").code == 0
    assert store.current.TeamSettings.MaxUsersPerTeam == defaults().TeamSettings.MaxUsersPerTeam
    assert store.current.PasswordSettings == defaults().PasswordSettings


def test_reset_of_an_unknown_key_fails(store: ConfigStore) -> None:
    assert commands.reset(store, "TeamSettings.Nonsense").code == 1
