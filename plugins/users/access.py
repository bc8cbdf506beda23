"""Who may see which account, and how much of it."""

from collections.abc import Iterable

from hubbub.core import json
from hubbub.core.contracts.errors import Forbidden, NotFound
from hubbub.core.contracts.groups import CUSTOM
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.users import User
from hubbub.core.http.reply import Reply
from hubbub.plugins.users import sanitize
from hubbub.plugins.users.service import Users


class Access:
    """Decides for the routes of accounts, and renders what they may show."""

    def __init__(self, context: PluginContext, permissions: PermissionService, users: Users) -> None:
        self._context = context
        self._users = users
        self.permissions = permissions

    def sees_all_of(self, session: Session) -> bool:
        """Say whether PrivacySettings don't bind this session: an administrator's."""
        return self.permissions.has(session, Permission.MANAGE_SYSTEM)

    def restricted_to(self, session: Session) -> str:
        """Return the id of a viewer who sees only people of their own channels (a guest), "" for others."""
        return "" if self.permissions.has(session, Permission.VIEW_MEMBERS) else session.user_id

    def visible(self, session: Session, user_ids: Iterable[str]) -> set[str]:
        """Return which of these accounts the session may see."""
        wanted = set(user_ids)
        viewer = self.restricted_to(session)
        return self._users.sharing_channel(viewer, wanted) if viewer else wanted

    def require_visible(self, session: Session, user_id: str) -> None:
        """Raise `Forbidden` (view_members) for an account that the session may not see."""
        if session.user_id != user_id and not self.visible(session, [user_id]):
            raise Forbidden(detailed_error=f"permission={Permission.VIEW_MEMBERS}")

    def require_group(self, session: Session, source: str | None) -> None:
        """Raise unless the session may see who is in a group of this source (None: there is no such group)."""
        if source is None:
            raise NotFound("There is no such group.", id="app.group.no_rows")
        if source != CUSTOM:
            self.permissions.require(session, Permission.SYSCONSOLE_READ_USER_MANAGEMENT_GROUPS)

    def show(self, session: Session, user: User) -> User:
        """Return the record as the session may see it."""
        return self._users.sanitize(user, viewer_id=session.user_id, full=self.sees_all_of(session))

    def show_many(self, session: Session, users: Iterable[User]) -> list[User]:
        """Return records as the session may see them."""
        full = self.sees_all_of(session)
        config, viewer = self._context.config, session.user_id
        return [sanitize.sanitize(user, config, viewer_id=viewer, full=full) for user in users]

    def reply(self, session: Session, user: User) -> Reply:
        """Return the answer that shows an account, with its ETag."""
        full = self.sees_all_of(session)
        tag = sanitize.etag(user, self._context.config, viewer_id=session.user_id, full=full)
        return Reply(self._users.sanitize(user, viewer_id=session.user_id, full=full), etag=tag)

    def list_reply(self, session: Session, users: Iterable[User]) -> Reply:
        """Return the answer that shows accounts, with an ETag over all of it."""
        body = json.encode(self.show_many(session, users))
        return Reply(body, etag=sanitize.etag_of(body))
