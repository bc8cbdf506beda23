"""Who may see and change which key over the API."""

import json
from pathlib import Path

from hubbub.core.config import SETTINGS, ConfigStore
from hubbub.core.config.access import TAGS, may_read, may_write, readable, refused_changes

KNOWN = json.loads((Path(__file__).parent / "data" / "access.json").read_text())
ADMIN = frozenset({"manage_system"})
LDAP = frozenset({"sysconsole_read_authentication_ldap", "sysconsole_write_authentication_ldap"})


def test_every_key_has_the_tags_that_it_is_known_by() -> None:
    known = {info.name: set(KNOWN[info.name].split()) for info in SETTINGS if not info.setting.ours}
    assert {".".join(path): set(tags) for path, tags in TAGS.items() if ".".join(path) in known} == known


def test_our_own_section_is_for_administrators() -> None:
    assert not may_read(("HubbubSettings", "Workers"), LDAP)
    assert may_read(("HubbubSettings", "Workers"), ADMIN)


def test_an_administrator_sees_everything(store: ConfigStore) -> None:
    assert readable(store.sanitized(), ADMIN) == store.sanitized()


def test_others_see_the_sections_they_have_a_permission_for(store: ConfigStore) -> None:
    shown = readable(store.sanitized(), LDAP)
    assert shown["LdapSettings"]["Enable"] is False
    assert "SqlSettings" not in shown
    assert shown["ExperimentalSettings"] == {"RestrictSystemAdmin": False}


def test_without_permissions_nothing_is_shown(store: ConfigStore) -> None:
    assert readable(store.sanitized(), frozenset()) == {}


def test_keys_of_the_machine_can_be_kept_from_administrators() -> None:
    path = ("SqlSettings", "DataSource")
    assert may_write(path, ADMIN, restricted=False)
    assert not may_write(path, ADMIN, restricted=True)
    assert may_write(("TeamSettings", "SiteName"), ADMIN, restricted=True)


def test_only_keys_that_would_change_are_refused(store: ConfigStore) -> None:
    document = store.sanitized()
    document["LdapSettings"]["LdapServer"] = "ldap.example.com"
    document["TeamSettings"]["SiteName"] = "Kitchen"
    assert refused_changes(document, store.sanitized(), LDAP, restricted=False) == ["TeamSettings.SiteName"]
    assert refused_changes(document, store.sanitized(), ADMIN, restricted=True) == []
