"""Trying a directory for an administrator: each answer says what works, or what is wrong and what to do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import msgspec

from hubbub.core.contracts.errors import InvalidUrlParam
from hubbub.plugins.auth_ldap import filters
from hubbub.plugins.auth_ldap.directory import Directory
from hubbub.plugins.auth_ldap.entries import Entry, subject_of, wanted_attributes
from hubbub.plugins.auth_ldap.errors import DirectoryError, TrialFailed
from hubbub.plugins.auth_ldap.service import Ldap
from hubbub.plugins.auth_ldap.settings import PROFILE

TRIAL_S: Final = 9
DIAGNOSE_S: Final = 60
SAMPLES: Final = 5
LOOKED_AT: Final = 1000
"""Entries whose attributes are looked at."""
NEEDED: Final = ("IdAttribute", "LoginIdAttribute", "UsernameAttribute", "EmailAttribute")
_VALUE_SHOWN: Final = 200


class Sample(msgspec.Struct, kw_only=True, omit_defaults=True):
    """An entry that was found (`LdapSampleEntry` of the API)."""

    dn: str
    username: str = ""
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    id: str = ""
    display_name: str = ""
    available_attributes: dict[str, str] = {}


class Diagnosis(msgspec.Struct, kw_only=True):
    """What one trial found (`LdapDiagnosticResult` of the API)."""

    test_name: str
    test_value: str
    total_count: int = 0
    entries_with_value: int = 0
    message: str = ""
    error: str = ""
    sample_results: list[Sample] = []


class Trials:
    """Tries the directory of some settings."""

    def __init__(self, ldap: Ldap) -> None:
        self._ldap = ldap

    def connect(self, settings: Any) -> str:
        """Open, encrypt and bind a connection to each server; return what worked. Raises `TrialFailed`."""
        with self._trying(settings, TRIAL_S) as directory:
            directory.try_out()
            servers = ", ".join(map(str, directory.settings.servers))
        return f"Connected to {servers}, {settings.ConnectionSecurity or 'without encryption'}, and bound."

    def people(self, settings: Any) -> str:
        """Connect, and look whether people can be found; return what worked. Raises `TrialFailed`."""
        connected = self.connect(settings)
        with self._trying(settings, DIAGNOSE_S) as directory:
            entries = _some(directory, filters.both(settings.UserFilter), wanted_attributes(settings, pictures=False))
        if not entries:
            why = (
                f"{connected} But nobody is found below {settings.BaseDN} with "
                f"{settings.UserFilter or 'an empty UserFilter'}. Look at LdapSettings.BaseDN and UserFilter, and "
                "whether BindUsername may read there."
            )
            raise TrialFailed(why=why)
        lacking = {key: sum(not entry.first(getattr(settings, key)) for entry in entries) for key in NEEDED}
        for key, count in lacking.items():
            if count == len(entries):
                why = (
                    f"{connected} But none of {len(entries)} entries has the attribute {getattr(settings, key)!r} "
                    f"(LdapSettings.{key}). This one has: {', '.join(self._names(settings, entries[0]))}."
                )
                raise TrialFailed(why=why)
        more = "at least " if len(entries) >= LOOKED_AT else ""
        counts = "".join(f" {count} have no {getattr(settings, key)}." for key, count in lacking.items() if count)
        return f"{connected} Found {more}{len(entries)} people.{counts}"

    def _names(self, settings: Any, entry: Entry) -> list[str]:
        with self._trying(settings, TRIAL_S) as directory:
            found = directory.search(filters.EVERYTHING, ["*"], base=entry.dn, one=True)
        return sorted(found[0].values) if found else ["nothing that may be read"]

    def diagnose(self, settings: Any, test: str) -> list[Diagnosis]:
        """Return what the filters or attributes of some settings find. Raises `TrialFailed`, `InvalidUrlParam`."""
        kinds: dict[str, Callable[[Directory, Any], list[Diagnosis]]] = {
            "filters": _filters,
            "attributes": _attributes,
            "group_attributes": _group_attributes,
        }
        if test not in kinds:
            raise InvalidUrlParam("test")
        with self._trying(settings, DIAGNOSE_S) as directory:
            directory.try_out()
            return kinds[test](directory, settings)

    @contextmanager
    def _trying(self, settings: Any, seconds: float) -> Iterator[Directory]:
        directory: Directory | None = None
        try:
            directory = self._ldap.other(settings)
            with directory.in_time(seconds):
                yield directory
        except DirectoryError as error:
            raise TrialFailed(why=error.text, detailed_error=error.id) from None
        finally:
            if directory is not None:
                directory.close()


def _some(directory: Directory, text: str, attributes: list[str]) -> list[Entry]:
    """Return the first entries that a filter finds."""
    found: list[Entry] = []
    for page in directory.pages(text, attributes):
        found += page
        if len(found) >= LOOKED_AT:
            break
    return found


def _filters(directory: Directory, settings: Any) -> list[Diagnosis]:
    people = settings.UserFilter
    tried = {
        "UserFilter": (people, people),
        "GuestFilter": (settings.GuestFilter, filters.both(people, settings.GuestFilter)),
        "AdminFilter": (
            settings.AdminFilter if settings.EnableAdminFilter else "",
            filters.both(people, settings.AdminFilter),
        ),
        "GroupFilter": (settings.GroupFilter, settings.GroupFilter),
    }
    return [
        _by_filter(directory, settings, name, value, text)
        for name, (value, text) in tried.items()
        if value or name == "UserFilter"
    ]


def _by_filter(directory: Directory, settings: Any, name: str, value: str, text: str) -> Diagnosis:
    diagnosis = Diagnosis(test_name=name, test_value=value)
    group = name == "GroupFilter"
    attributes = _group_names(settings) if group else wanted_attributes(settings, pictures=False)
    try:
        samples: list[Entry] = []
        for page in directory.pages(text or filters.EVERYTHING, attributes):
            diagnosis.total_count += len(page)
            samples += page[: SAMPLES - len(samples)]
    except DirectoryError as error:
        diagnosis.error = error.text
        return diagnosis
    diagnosis.sample_results = [_sample(entry, settings, group=group) for entry in samples]
    if not diagnosis.total_count:
        diagnosis.error = f"Nothing below {settings.BaseDN} matches."
    else:
        diagnosis.message = f"{diagnosis.total_count} entries match."
    return diagnosis


def _attributes(directory: Directory, settings: Any) -> list[Diagnosis]:
    keys = ["IdAttribute", "LoginIdAttribute", *PROFILE.values()]
    entries = _some(directory, filters.both(settings.UserFilter), wanted_attributes(settings, pictures=False))
    return [
        _by_attribute(entries, settings, key, needed=key in NEEDED, group=False)
        for key in dict.fromkeys(keys)
        if getattr(settings, key) or key in NEEDED
    ]


def _group_attributes(directory: Directory, settings: Any) -> list[Diagnosis]:
    names = _group_names(settings)
    entries = _some(directory, settings.GroupFilter or GROUPS, names)
    keys = ("GroupDisplayNameAttribute", "GroupIdAttribute")
    return [_by_attribute(entries, settings, key, needed=True, group=True) for key in keys]


GROUPS: Final = "(|(objectClass=group)(objectClass=groupOfNames)(objectClass=groupOfUniqueNames))"
"""What is a group where GroupFilter says nothing."""


def _group_names(settings: Any) -> list[str]:
    return [name for name in (settings.GroupDisplayNameAttribute, settings.GroupIdAttribute) if name]


def _by_attribute(entries: list[Entry], settings: Any, key: str, *, needed: bool, group: bool) -> Diagnosis:
    attribute = getattr(settings, key)
    having = [entry for entry in entries if attribute and entry.first(attribute)]
    diagnosis = Diagnosis(test_name=key, test_value=attribute, total_count=len(entries), entries_with_value=len(having))
    if not attribute:
        diagnosis.error = f"LdapSettings.{key} is empty, but needed."
    elif not entries:
        diagnosis.error = "There is no entry to look at: mend the filter first."
    elif not having:
        diagnosis.error = f"None of {len(entries)} entries has it: look at the spelling, and at what may be read."
    elif needed and len(having) < len(entries):
        diagnosis.error = f"{len(entries) - len(having)} entries lack it; they can't be used."
    else:
        diagnosis.message = f"{len(having)} of {len(entries)} entries have it."
    diagnosis.sample_results = [_sample(entry, settings, group=group) for entry in having[:SAMPLES]]
    return diagnosis


def _sample(entry: Entry, settings: Any, *, group: bool) -> Sample:
    shown = {
        name: subject_of(values[0], name)[:_VALUE_SHOWN] if len(values) == 1 else f"{len(values)} values"
        for name, values in entry.values.items()
        if values
    }
    if group:
        key = settings.GroupIdAttribute
        return Sample(
            dn=entry.dn,
            id=subject_of(entry.first(key), key),
            display_name=entry.text(settings.GroupDisplayNameAttribute),
            available_attributes=shown,
        )
    return Sample(
        dn=entry.dn,
        username=entry.text(settings.UsernameAttribute),
        email=entry.text(settings.EmailAttribute),
        first_name=entry.text(settings.FirstNameAttribute),
        last_name=entry.text(settings.LastNameAttribute),
        id=subject_of(entry.first(settings.IdAttribute), settings.IdAttribute),
        available_attributes=shown,
    )
