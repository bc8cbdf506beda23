"""Reading and changing the configuration over the API: who may, what plugins say to it."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from hubbub.core.config import MASK, SETTINGS, defaults
from hubbub.core.config.access import may_read, may_write, readable, refused_changes
from hubbub.core.config.document import MISSING, assign, canonical, lookup
from hubbub.core.config.secrets import sanitized
from hubbub.core.contracts.errors import BadRequest, Forbidden, PermissionDenied, Rejected
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.sessions import Session
from hubbub.plugins.system.context import SystemContext
from hubbub.plugins.system.declared import Asker, Declared, declared
from hubbub.plugins.system.plugin_states import PluginStates

Document = dict[str, Any]
_SITE_URL: Final = ("ServiceSettings", "SiteURL")
_UPLOADS: Final = ("PluginSettings", "EnableUploads")
_RELEVANT: Final = tuple(
    permission
    for permission in Permission
    if permission == Permission.MANAGE_SYSTEM or permission.startswith(("sysconsole_read_", "sysconsole_write_"))
)


class ChangeNotAllowed(Forbidden):
    """Somebody without the permission, or nobody over the API, may change these keys."""

    id = "api.config.update_config.not_allowed_security.app_error"
    message = "These settings can't be changed here: {keys}."


class SiteUrlNeeded(BadRequest):
    id = "api.config.update_config.clear_siteurl.app_error"
    message = "The site URL can be changed, but not emptied."


class RefusedByPlugin(BadRequest):
    """A plugin refused the configuration; its reason is shown."""

    id = "app.save_config.plugin_hook_error"


class Configuration:
    """The configuration as somebody with certain permissions may see and change it."""

    def __init__(self, context: SystemContext, states: PluginStates) -> None:
        self._context = context
        self._states = states
        self._permissions = context.service(PermissionService)

    def _of(self, session: Session, kind: str) -> frozenset[str]:
        """Return the session's console permissions. Raises `PermissionDenied` without one of this kind."""
        held = frozenset(str(name) for name in _RELEVANT if self._permissions.has(session, name))
        if Permission.MANAGE_SYSTEM not in held and not any(name.startswith(f"sysconsole_{kind}_") for name in held):
            raise PermissionDenied(Permission.MANAGE_SYSTEM)
        return held

    def shown(self, session: Session) -> Document:
        """Return what the session may see, secrets masked. Raises `PermissionDenied`."""
        return readable(self._context.config_store.sanitized(), self._of(session, "read"))

    def declared(self, session: Session, locale: str) -> Declared:
        """Return every setting that the session may see, in a language where it can be. Raises `PermissionDenied`."""
        held, store = self._of(session, "read"), self._context.config_store
        asker = Asker(permissions=held, restricted=self._restricted, environment=store.environment())
        about = {status.manifest.id: status.manifest for status in self._states.all()}
        return declared(store.sanitized(), store.plugin_sections, asker, about=about, locale=locale)

    def environment(self, session: Session) -> Document:
        """Return which keys that the session may see are set by environment variables."""
        held = self._of(session, "read")
        everything = self._context.config_store.environment()
        result: Document = {}
        for info in SETTINGS:
            value = lookup(everything, info.path)
            if value is not MISSING and may_read(info.path, held):
                assign(result, info.path, value)
        return result

    def replace(self, session: Session, document: Document) -> Document:
        """Replace the configuration; return the new one as the session may see it.

        Keys that are left out get their defaults; those that the session may not change stay.
        """
        wanted = canonical(document)
        held, current = self._checked(session, wanted)
        for info in SETTINGS:
            if not may_write(info.path, held, restricted=self._restricted) or info.path == _UPLOADS:
                assign(wanted, info.path, lookup(current, info.path))
        return self._save(session, wanted, current, patch=False)

    def patch(self, session: Session, document: Document) -> Document:
        """Change the keys that `document` has; return the new configuration as the session may see it."""
        # SECURITY: keys may be spelled in any case; what is checked must be what is saved.
        document = canonical(document)
        _, current = self._checked(session, document)
        if not self._context.hooks.has("configuration_will_be_saved"):
            return self._save(session, document, current, patch=True)
        return self._save(session, _merged(current, document), current, patch=True)

    @property
    def _restricted(self) -> bool:
        return bool(self._context.config.ExperimentalSettings.RestrictSystemAdmin)

    def _checked(self, session: Session, document: Document) -> tuple[frozenset[str], Document]:
        """Return the session's permissions and the current configuration, masked. Raises what forbids the change."""
        held = self._of(session, "write")
        current = self._context.config_store.sanitized()
        refused = refused_changes(document, current, held, restricted=self._restricted)
        # SECURITY: whoever takes an administrator's session over must not be able to upload code with it.
        if lookup(document, _UPLOADS) not in (MISSING, None, lookup(current, _UPLOADS)):
            refused.append(".".join(_UPLOADS))
        if refused:
            raise ChangeNotAllowed(keys=", ".join(refused[:10]))
        if lookup(current, _SITE_URL) and lookup(document, _SITE_URL) == "":
            raise SiteUrlNeeded
        return held, current

    def _save(self, session: Session, document: Document, current: Document, *, patch: bool) -> Document:
        try:
            draft = self._context.hooks.consult("configuration_will_be_saved", document, old_config=current)
        except Rejected as rejection:
            raise RefusedByPlugin(rejection.reason) from rejection
        self._states.check_document(draft, patch=patch)
        self._context.config_store.update(draft, patch=patch)
        return self.shown(session)


def _merged(current: Document, change: Mapping[str, Any]) -> Document:
    result = deepcopy(current)
    for name, value in change.items():
        if isinstance(value, Mapping) and isinstance(result.get(name), dict):
            result[name] = _merged(result[name], value)
        else:
            result[name] = value
    return result


def without_masked(document: Document) -> Document:
    """Return the document without secrets: for tools that keep a copy."""
    result: Document = {}
    for info in SETTINGS:
        value = lookup(document, info.path)
        if value is not MISSING and MASK not in (value if isinstance(value, list) else [value]):
            assign(result, info.path, value)
    return result


def without_defaults(document: Document) -> Document:
    """Return what differs from the defaults of a new configuration."""
    plain = sanitized(defaults(), {})
    result: Document = {}
    for info in SETTINGS:
        value = lookup(document, info.path)
        if value is not MISSING and value != lookup(plain, info.path):
            assign(result, info.path, value)
    return result
