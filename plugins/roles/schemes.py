"""The rules of schemes: `SchemeService`."""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from msgspec import structs

from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.permissions import Role
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.schemes import (
    CHANNEL_SCOPE,
    TEAM_SCOPE,
    ChannelModeration,
    ChannelModerationPatch,
    MemberRoleNames,
    NewScheme,
    Scheme,
    SchemeNotFound,
    SchemePatch,
)
from hubbub.core.db.errors import UniqueViolation
from hubbub.core.ids import new_id
from hubbub.plugins.roles import moderating
from hubbub.plugins.roles.moderation import MODERATED
from hubbub.plugins.roles.schemes_store import SchemeStore
from hubbub.plugins.roles.service import Roles

BUILT_IN_TEAM: Final = MemberRoleNames("team_guest", "team_user", "team_admin")
BUILT_IN_CHANNEL: Final = MemberRoleNames("channel_guest", "channel_user", "channel_admin")
ROLES_OF_SCOPE: Final = {
    TEAM_SCOPE: (*BUILT_IN_TEAM, *BUILT_IN_CHANNEL, "playbook_admin", "playbook_member", "run_admin", "run_member"),
    CHANNEL_SCOPE: tuple(BUILT_IN_CHANNEL),
}
"""The built-in roles that a scheme of a scope replaces; its record names its own in `default_<name>_role`."""
_NAME: Final = re.compile(r"[a-z0-9_]{2,64}").fullmatch


class InvalidScheme(BadRequest):
    id = "app.scheme.save.invalid_scheme.app_error"
    message = "The scheme is not valid."


class Schemes:
    """`SchemeService`, cached by id."""

    def __init__(self, context: PluginContext, store: SchemeStore, roles: Roles) -> None:
        self._context = context
        self._store = store
        self._roles = roles
        self._cache = context.cache("schemes", max_items=20_000, ttl_s=1_800)
        self._on_change: list[Callable[[], None]] = []
        self._on_delete: list[Callable[[str], None]] = []

    # -- reads

    def get(self, scheme_id: str) -> Scheme:
        """See `SchemeService.get`."""
        scheme: Scheme | None = self._cache.get_or_load(scheme_id, lambda *_: self._store.get(scheme_id))
        if scheme is None or scheme.delete_at:
            raise SchemeNotFound
        return scheme

    def page(self, scope: str, *, offset: int, limit: int) -> list[Scheme]:
        """Return schemes, newest first."""
        return self._store.page(scope, offset=offset, limit=limit)

    def _find(self, scheme_id: str | None) -> Scheme | None:
        try:
            return self.get(scheme_id) if scheme_id else None
        except SchemeNotFound:
            return None

    def team_roles(self, scheme_id: str | None) -> MemberRoleNames:
        """See `SchemeService.team_roles`."""
        scheme = self._find(scheme_id)
        if scheme is None:
            return BUILT_IN_TEAM
        names = (scheme.default_team_guest_role, scheme.default_team_user_role, scheme.default_team_admin_role)
        return _or_built_in(names, BUILT_IN_TEAM)

    def channel_roles(self, scheme_id: str | None, team_scheme_id: str | None) -> MemberRoleNames:
        """See `SchemeService.channel_roles`."""
        scheme = self._find(scheme_id) or self._find(team_scheme_id)
        if scheme is None:
            return BUILT_IN_CHANNEL
        names = (
            scheme.default_channel_guest_role,
            scheme.default_channel_user_role,
            scheme.default_channel_admin_role,
        )
        return _or_built_in(names, BUILT_IN_CHANNEL)

    # -- who is told

    def on_change(self, callback: Callable[[], None]) -> None:
        """See `SchemeService.on_change`."""
        self._on_change.append(callback)

    def on_delete(self, callback: Callable[[str], None]) -> None:
        """See `SchemeService.on_delete`."""
        self._on_delete.append(callback)

    def changed(self) -> None:
        """See `SchemeService.changed`."""
        self._cache.invalidate_all()
        self._roles.forget_all()
        for callback in self._on_change:
            callback()

    # -- changes

    def create(self, new: NewScheme) -> Scheme:
        """Make a scheme whose roles grant what the built-in ones do now. Raises `InvalidScheme`."""
        names = {name: new_id() for name in ROLES_OF_SCOPE[new.scope]}
        now = now_ms()
        scheme = Scheme(
            id=new_id(),
            name=new.name or new_id(),
            display_name=new.display_name,
            description=new.description,
            create_at=now,
            update_at=now,
            scope=new.scope,
        )
        for name, own in names.items():
            setattr(scheme, f"default_{name}_role", own)
        _check(scheme)
        built_in = {role.name: role for role in self._roles.get_by_names(names)}
        made = [_role_of(scheme, own, built_in[name]) for name, own in names.items() if name in built_in]
        with self._context.db.transaction():
            with _named_duplicates():
                self._store.insert(scheme)
            self._roles.insert(made)
        return scheme

    def patch(self, scheme_id: str, patch: SchemePatch) -> Scheme:
        """Change the texts of a scheme. Raises `SchemeNotFound`, `InvalidScheme`."""
        given = {name: value for name, value in structs.asdict(patch).items() if value is not None}
        scheme = structs.replace(self.get(scheme_id), **given, update_at=now_ms())
        _check(scheme)
        with self._context.db.transaction():
            with _named_duplicates():
                self._store.set_texts(scheme)
            self._cache.invalidate(scheme_id)
        return scheme

    def delete(self, scheme_id: str) -> None:
        """Delete a scheme and its roles: its teams and channels have the built-in ones again."""
        scheme, now = self.get(scheme_id), now_ms()
        with self._context.db.transaction():
            if not self._store.delete(scheme_id, now):
                raise SchemeNotFound
            self._store.delete_roles(_role_names(scheme), now)
            for callback in self._on_delete:
                callback(scheme_id)
            self.changed()

    # -- moderation

    def moderations(
        self, scheme_id: str | None, team_scheme_id: str | None, *, public: bool
    ) -> list[ChannelModeration]:
        """See `SchemeService.moderations`."""
        own = self._moderated(self.channel_roles(scheme_id, team_scheme_id))
        return moderating.shown(own, self._moderated(self.channel_roles(None, team_scheme_id)), public=public)

    def _moderated(self, names: MemberRoleNames) -> moderating.Sides:
        found = {role.name: role for role in self._roles.get_by_names(names)}
        nobody = Role(id="", name="")
        return moderating.moderated_of(found.get(names.guest, nobody), found.get(names.user, nobody))

    def moderate(
        self,
        scheme_id: str | None,
        team_scheme_id: str | None,
        patches: Iterable[ChannelModerationPatch],
        *,
        public: bool,
        title: str = "",
    ) -> str:
        """See `SchemeService.moderate`."""
        wider = self._moderated(self.channel_roles(None, team_scheme_id))
        own = self._moderated(self.channel_roles(scheme_id, team_scheme_id))
        wanted = moderating.patched(own, wider, patches)
        scheme = self._find(scheme_id)
        if wanted == wider:
            if scheme is not None:
                self.delete(scheme.id)
            return ""
        if scheme is None:
            scheme = self.create(NewScheme(display_name=title[:128] or "Channel", scope=CHANNEL_SCOPE))
        for name, permissions in zip(self.channel_roles(scheme.id, None)[:2], wanted, strict=True):
            self._roles.set_moderated(name, sorted(permissions))
        return scheme.id


def _or_built_in(names: tuple[str, str, str], built_in: MemberRoleNames) -> MemberRoleNames:
    return MemberRoleNames(*(own or other for own, other in zip(names, built_in, strict=True)))


def _role_names(scheme: Scheme) -> list[str]:
    return [getattr(scheme, f"default_{name}_role") for name in ROLES_OF_SCOPE[TEAM_SCOPE]]


def _role_of(scheme: Scheme, name: str, built_in: Role) -> Role:
    """Return the role of a scheme that stands for a built-in one; a channel's decides what can be moderated only."""
    permissions = built_in.permissions
    if scheme.scope == CHANNEL_SCOPE:
        permissions = [permission for permission in permissions if permission in MODERATED]
    return Role(
        id=new_id(),
        name=name,
        display_name=f"{built_in.name} of scheme {scheme.name}",
        create_at=scheme.create_at,
        update_at=scheme.create_at,
        permissions=permissions,
        scheme_managed=True,
        scheme_id=scheme.id,
    )


def _check(scheme: Scheme) -> None:
    if not _NAME(scheme.name):
        raise InvalidScheme("A scheme's name has 2 to 64 lower-case letters, digits and underscores.")
    if not 1 <= len(scheme.display_name.encode()) <= 128:
        raise InvalidScheme("A scheme's display name has 1 to 128 bytes.")
    if len(scheme.description.encode()) > 1024:
        raise InvalidScheme("A scheme's description has at most 1,024 bytes.")


class _named_duplicates:  # a context manager, used like a function
    """Turns the violation of the unique name into a sentence."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: object) -> None:
        if isinstance(error, UniqueViolation):
            raise InvalidScheme("Another scheme has this name, or a deleted one had it.") from error
