"""`hubbub config …` and the rules behind it."""

from typing import Any

import pytest

from hubbub.core.config import ConfigStore, commands, defaults
from hubbub.core.config.decode import decode
from hubbub.core.config.rules.formats import error_id, is_listen_address, is_url

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
WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("ServiceSettings.SiteURL", {"SiteURL": "ftp://x"}, "site_url"),
    ("ServiceSettings.WebsocketURL", {"WebsocketURL": "http://x"}, "websocket_url"),
    ("ServiceSettings.ListenAddress", {"ListenAddress": "8065"}, "listen_address"),
    ("ServiceSettings.TLSCertFile", {"ConnectionSecurity": "TLS"}, "tls_cert_file_missing"),
    ("ServiceSettings.ReadTimeout", {"ReadTimeout": 0}, "read_timeout"),
    ("ServiceSettings.MaximumLoginAttempts", {"MaximumLoginAttempts": 0}, "login_attempts"),
    ("ServiceSettings.SessionLengthSSOInHours", {"SessionLengthSSOInHours": 0}, "session_length"),
    ("ServiceSettings.AllowCookiesForSubdomains", {"AllowCookiesForSubdomains": True}, "allow_cookies_for_subdomains"),
    ("ServiceSettings.ThreadAutoFollow", {"ThreadAutoFollow": False}, "collapsed_threads.autofollow"),
    ("ServiceSettings.CollapsedThreads", {"CollapsedThreads": "on"}, "collapsed_threads"),
    ("TeamSettings.SiteName", {"SiteName": "x" * 31}, "sitename_length"),
    ("TeamSettings.MaxUsersPerTeam", {"MaxUsersPerTeam": 0}, "max_users"),
    ("SqlSettings.DriverName", {"DriverName": "oracle"}, "sql_driver"),
    ("SqlSettings.DataSource", {"DriverName": "postgres"}, "sql_data_src"),
    ("SqlSettings.AtRestEncryptKey", {"AtRestEncryptKey": "short"}, "encrypt_sql"),
    ("PasswordSettings.MinimumLength", {"MinimumLength": 4}, "password_length"),
    ("PasswordSettings.MinimumLength", {"MinimumLength": 73}, "password_length"),
    ("RateLimitSettings.PerSec", {"PerSec": 0}, "rate_sec"),
    ("FileSettings.MaxFileSize", {"MaxFileSize": 0}, "max_file_size"),
    ("FileSettings.DriverName", {"DriverName": "tape"}, "file_driver"),
    ("FileSettings.Directory", {"Directory": " "}, "directory"),
    ("FileSettings.Directory", {"Directory": "./data "}, "directory_whitespace"),
    ("FileSettings.MaxImageDecoderConcurrency", {"MaxImageDecoderConcurrency": 0}, "image_decoder_concurrency"),
    ("FileSettings.PublicLinkSalt", {"PublicLinkSalt": "short"}, "file_salt"),
    ("EmailSettings.ConnectionSecurity", {"ConnectionSecurity": "SSL"}, "email_security"),
    ("EmailSettings.EnableEmailBatching", {"EnableEmailBatching": True}, "site_url_email_batching"),
    ("LdapSettings.BaseDN", LDAP | {"BaseDN": ""}, "model.config.is_valid.ldap_basedn"),
    ("LdapSettings.UserFilter", LDAP | {"UserFilter": "(a=b"}, "ent.ldap.validate_filter.app_error"),
    ("SamlSettings.IdpURL", SAML | {"IdpURL": "idp"}, "saml_idp_url"),
    ("SamlSettings.PrivateKeyFile", SAML | {"Encrypt": True}, "saml_private_key"),
    ("SamlSettings.GuestAttribute", SAML | {"GuestAttribute": "guest"}, "saml_guest_attribute"),
    ("CacheSettings.RedisAddress", {"CacheType": "redis", "RedisDB": 0}, "empty_redis_address"),
    ("ElasticsearchSettings.EnableSearching", {"EnableSearching": True}, "elastic_search.enable_searching"),
    (
        "DataRetentionSettings.DeletionJobStartTime",
        {"DeletionJobStartTime": "25:00"},
        "data_retention.deletion_job_start_time",
    ),
    (
        "DataRetentionSettings.FileRetentionDays",
        {"EnableFileDeletion": True, "FileRetentionDays": 0},
        "data_retention.file_retention_both_zero",
    ),
    ("LocalizationSettings.AvailableLocales", {"AvailableLocales": "de,fr"}, "localization.available_locales"),
    ("HubbubSettings.TrustedProxies", {"TrustedProxies": ["10.0.0.0/99"]}, ""),
]


@pytest.mark.parametrize(("key", "section", "error"), WRONG)
def test_a_wrong_value_is_an_error_with_the_id_clients_know(key: str, section: Any, error: str) -> None:
    document = {key.split(".")[0]: section}
    problems = [problem for problem in decode(document, {}).problems if problem.severity == "error"]
    assert (key, error_id(error)) in [(problem.key, problem.id) for problem in problems]
    assert all(problem.message and problem.remedy for problem in problems)


def test_error_ids_are_made_of_their_middle_part() -> None:
    assert error_id("max_users") == "model.config.is_valid.max_users.app_error"
    assert error_id("model.config.is_valid.ldap_basedn") == "model.config.is_valid.ldap_basedn"


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


def test_a_provider_that_nobody_can_sign_in_with_is_a_warning() -> None:
    section = {"Enable": True, "Id": "x", "Secret": "y"}
    for settings, keys in (
        ({**section, "DiscoveryEndpoint": "idp.example"}, {"Enable", "DiscoveryEndpoint"}),
        ({**section, "AuthEndpoint": "https://idp.example/a"}, {"Enable", "TokenEndpoint", "UserAPIEndpoint"}),
    ):
        problems = decode({"OpenIdSettings": settings}, {}).problems
        assert {problem.key for problem in problems} == {f"OpenIdSettings.{key}" for key in keys}
        assert {problem.severity for problem in problems} == {"warning"}


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
