"""The rules of teams: `TeamService`."""

from collections.abc import Iterable

import msgspec

from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import BadRequest, Forbidden, Rejected
from hubbub.core.contracts.permissions import MemberRoles
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.schemes import TEAM_SCOPE, SchemeService, WrongScope
from hubbub.core.contracts.teams import Team, TeamExists, TeamMember, TeamMemberNotFound, TeamNotFound
from hubbub.core.contracts.tokens import GUEST_INVITATION, TEAM_INVITATION, OneTimeTokenService, invitation_of
from hubbub.core.contracts.users import User, UserService
from hubbub.core.db.errors import UniqueViolation
from hubbub.core.ids import new_id
from hubbub.plugins.teams import events, validation
from hubbub.plugins.teams.store import TeamStore

FIELDS = {
    "displayname": "display_name",
    "description": "description",
    "companyname": "company_name",
    "alloweddomains": "allowed_domains",
    "type": "type",
}
"""Columns that hold what has to be valid, and the fields of the record."""
Memberships = dict[str, TeamMember]


class TeamFull(BadRequest):
    id = "app.team.join_user_to_team.max_accounts.app_error"
    message = "The team has reached its limit of {limit} members."


class CreationNotAllowed(BadRequest):
    id = "api.team.is_team_creation_allowed.domain.app_error"
    message = "The creator's e-mail address is not of a domain that may join this team."


class DomainNotAllowed(BadRequest):
    id = "api.team.join_user_to_team.allowed_domains.app_error"
    message = "The e-mail address's domain is not one that may join this team."


class InvitationInvalid(BadRequest):
    id = "api.user.create_user.signup_link_invalid.app_error"
    message = "The invitation is not valid (any more), or is somebody else's."


class GuestRefused(BadRequest):
    id = "api.team.add_user_to_team_from_invite.guest.app_error"
    message = "Invitations of guests are for guests, and others aren't."


class RefusedByPlugin(BadRequest):
    """A plugin refused the membership; its reason is shown."""

    id = "app.team.join_user_to_team.rejected_by_plugin"


class Teams:
    """Implements `TeamService`; teams and each user's memberships are cached."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._users = context.service(UserService)
        self.store = TeamStore(context.db)
        self._teams = context.cache("teams", max_items=5_000)
        self._memberships = context.cache("memberships", max_items=50_000)
        self._schemes = context.service(SchemeService)
        self._tokens = context.service(OneTimeTokenService)
        self._schemes.on_change(self._memberships.invalidate_all)
        self._schemes.on_delete(self._drop_scheme)

    # --- reading ---

    def get(self, team_id: str) -> Team:
        """See `TeamService.get`."""
        team: Team | None = self._teams.get_or_load(team_id, self.store.get)
        if team is None:
            raise TeamNotFound
        return team

    def get_many(self, team_ids: Iterable[str]) -> dict[str, Team]:
        """See `TeamService.get_many`."""
        return self._teams.get_many(team_ids, self.store.get_many)

    def get_by_name(self, name: str) -> Team:
        """See `TeamService.get_by_name`."""
        team = self.store.get_by_name(name.lower())
        if team is None:
            raise TeamNotFound(id="app.team.get_by_name.missing.app_error")
        return team

    def get_by_invite_id(self, invite_id: str) -> Team:
        """Return the team of an invitation link. Raises `TeamNotFound`."""
        return self._existing(self.store.get_by_invite_id(invite_id) if invite_id else None)

    @staticmethod
    def _existing(team: Team | None) -> Team:
        if team is None:
            raise TeamNotFound
        return team

    def memberships_of(self, user_id: str) -> Memberships:
        """Return the user's memberships by team id, ended ones too. Cached."""
        found: Memberships = self._memberships.get_or_load(
            user_id, lambda user_id: {member.team_id: member for member in self.store.memberships_of(user_id)}
        )
        return found

    def team_ids_of(self, user_id: str) -> tuple[str, ...]:
        """See `TeamService.team_ids_of`."""
        ids = [team_id for team_id, member in self.memberships_of(user_id).items() if not member.delete_at]
        teams = self.get_many(ids)
        return tuple(team_id for team_id in ids if team_id in teams and not teams[team_id].delete_at)

    def member(self, team_id: str, user_id: str) -> TeamMember:
        """See `TeamService.member`."""
        member = self.memberships_of(user_id).get(team_id)
        if member is None:
            raise TeamMemberNotFound
        return member

    def is_member(self, team_id: str, user_id: str) -> bool:
        """Say whether the user is in the team now. Cached."""
        member = self.memberships_of(user_id).get(team_id)
        return member is not None and not member.delete_at

    def member_ids(self, team_id: str) -> list[str]:
        """See `TeamService.member_ids`."""
        return self.store.member_ids(team_id)

    def member_roles(self) -> MemberRoles:
        """Return how permissions find the roles of members."""
        return MemberRoles(scope="team", roles_of=self._roles_of, parent_of=self._parent_of)

    def _roles_of(self, user_id: str, team_id: str) -> tuple[str, ...]:
        member = self.memberships_of(user_id).get(team_id)
        return () if member is None or member.delete_at else tuple(member.roles.split())

    def _parent_of(self, team_id: str) -> str | None:
        return "" if self._teams.get_or_load(team_id, self.store.get) is not None else None

    # --- teams ---

    def create(self, team: Team, *, creator_id: str = "") -> Team:
        """See `TeamService.create`."""
        now = now_ms()
        team = msgspec.structs.replace(
            team, id=new_id(), create_at=now, update_at=now, delete_at=0, invite_id=new_id(), name=team.name.lower()
        )
        creator = self._users.get(creator_id) if creator_id else None
        if creator is not None:
            team.email = creator.email
        validation.check(team)
        if creator is not None:
            self._check_creator(creator, team)
        with self._context.db.transaction():
            try:
                self.store.insert(team)
            except UniqueViolation as error:
                raise TeamExists("A team called {name} exists already.", name=team.name) from error
            if creator is not None:
                self._save_member(team, creator, admin=True)
        self._context.hooks.tell("team_has_been_created", team=team, creator_id=creator_id)
        if creator_id:
            self._joined(self.member(team.id, creator_id), actor=None)
        return team

    def change(self, team_id: str, *, event: str = "update_team", **columns: object) -> Team:
        """Set columns of a team (names as in the schema) and tell its members."""
        columns["updateat"] = now_ms()
        old = self._existing(self.store.get(team_id))
        fields = {FIELDS[column]: value for column, value in columns.items() if column in FIELDS}
        new = msgspec.structs.replace(old, **fields)
        validation.check(new)
        if new.allowed_domains != old.allowed_domains:
            self._check_domains(new)
        with self._context.db.transaction():
            if not self.store.change(team_id, columns):
                raise TeamNotFound
            team = self._existing(self.store.get(team_id))
            self._teams.invalidate(team_id)
            if bool(team.delete_at) != bool(old.delete_at):
                self._context.db.after_commit(lambda: self._forget_members(team_id))
            self._context.publish(events.team_event(event, team))
        return team

    def _forget_members(self, team_id: str) -> None:
        """Have the hub look again who is in a team that was restored (or archived) a moment ago."""
        if not self.get(team_id).delete_at:
            for user_id in self.store.member_ids(team_id):
                self._context.hub.forget_memberships(user_id)

    def _check_creator(self, creator: User, team: Team) -> None:
        allowed = self._context.config.TeamSettings.RestrictCreationToDomains
        if not all(validation.domain_allowed(creator.email, domains) for domains in (allowed, team.allowed_domains)):
            raise CreationNotAllowed

    def _check_domains(self, team: Team) -> None:
        """Domains that may join a team must be among those that may have accounts at all."""
        allowed = validation.domains(self._context.config.TeamSettings.RestrictCreationToDomains)
        for domain in validation.domains(team.allowed_domains) if allowed else ():
            if domain not in allowed:
                raise BadRequest(
                    "The domain {domain} is not one that this server allows.",
                    id="api.team.update_restricted_domains.mismatch.app_error",
                    domain=domain,
                )

    def archive(self, team_id: str) -> Team:
        """Archive a team; its members hear of it."""
        return self.change(team_id, event="delete_team", deleteat=now_ms())

    def of_scheme(self, scheme_id: str, *, offset: int, limit: int) -> list[Team]:
        """Return the teams that have a scheme. Raises `SchemeNotFound`, `WrongScope`."""
        if self._schemes.get(scheme_id).scope != TEAM_SCOPE:
            raise WrongScope(id="api.scheme.get_teams_for_scheme.scope.error", scope=TEAM_SCOPE)
        return self.store.of_scheme(scheme_id, offset=offset, limit=limit)

    def set_scheme(self, team_id: str, scheme_id: str) -> Team:
        """Give a team the roles of a scheme, or with "" the built-in ones. Raises `SchemeNotFound`, `WrongScope`."""
        if scheme_id and self._schemes.get(scheme_id).scope != TEAM_SCOPE:
            raise WrongScope(scope=TEAM_SCOPE)
        with self._context.db.transaction():
            team = self.change(team_id, event="update_team_scheme", schemeid=scheme_id or None)
            self._schemes.changed()
        return team

    def _drop_scheme(self, scheme_id: str) -> None:
        self.store.drop_scheme(scheme_id)
        self._teams.invalidate_all()

    # --- members ---

    def add_member(self, team_id: str, user_id: str, *, actor_id: str = "") -> TeamMember:
        """See `TeamService.add_member`."""
        team, user = self.get(team_id), self._users.get(user_id)
        if team.delete_at:
            raise TeamNotFound
        present = self.store.member(team_id, user_id)
        if present is not None and not present.delete_at:
            return present
        self._check_joinable(team, user)
        with self._context.db.transaction():
            added = self._save_member(team, user, admin=False)
        member = self.member(team_id, user_id)
        if not added:
            return member
        self._joined(member, actor=self._users.get(actor_id) if actor_id and actor_id != user_id else None)
        return member

    def accept(self, token: str, user_id: str) -> TeamMember:
        """Have a user join by the token of an invitation by mail. Raises `InvitationInvalid`, `GuestRefused`."""
        found = self._tokens.get(token, TEAM_INVITATION, GUEST_INVITATION)
        if found is None or found.is_expired(now_ms()):
            raise InvitationInvalid
        invitation, user = invitation_of(found), self._users.get(user_id)
        if user.is_guest != invitation.guest:
            raise GuestRefused
        # SECURITY: the mail went to one address; somebody else who has seen it must not come in by it.
        if user.email != invitation.email or not self._tokens.take(found):
            raise InvitationInvalid
        member = self.add_member(invitation.team_id, user_id)
        self._context.hooks.tell("user_has_accepted_invitation", user=user, invitation=invitation)
        return member

    def _check_joinable(self, team: Team, user: User) -> None:
        if user.delete_at:
            raise BadRequest(
                "A deactivated account can't join a team.", id="app.team.join_user_to_team.save_member.app_error"
            )
        limit = self._context.config.TeamSettings.MaxUsersPerTeam
        if self.store.count_members(team.id)[1] >= limit:
            raise TeamFull(limit=limit)
        if not user.is_guest and not validation.domain_allowed(user.email, team.allowed_domains):
            raise DomainNotAllowed

    def _save_member(self, team: Team, user: User, *, admin: bool) -> bool:
        """Store a membership; False when somebody else did at the same moment."""
        draft = TeamMember(
            team_id=team.id,
            user_id=user.id,
            scheme_user=not user.is_guest,
            scheme_guest=user.is_guest,
            scheme_admin=admin and not user.is_guest,
        )
        if self._context.hooks.has("team_member_will_be_added"):
            try:
                draft = self._context.hooks.consult("team_member_will_be_added", draft)
            except Rejected as rejection:
                raise RefusedByPlugin(rejection.reason) from rejection
        added = self.store.save_member(draft, now_ms())
        self._memberships.invalidate(user.id)
        self._context.db.after_commit(lambda: self._context.hub.forget_memberships(user.id))
        return added

    def _joined(self, member: TeamMember, *, actor: User | None) -> None:
        self._context.publish(events.added_to_team(member.team_id, member.user_id))
        self._context.hooks.tell("user_has_joined_team", team_member=member, actor=actor)

    def remove_member(self, team_id: str, user_id: str, *, actor_id: str = "") -> None:
        """See `TeamService.remove_member`."""
        member = self.store.member(team_id, user_id)
        if member is None or member.delete_at:
            raise TeamMemberNotFound
        actor = self._users.get(actor_id) if actor_id and actor_id != user_id else None
        self._context.hooks.tell("user_has_left_team", team_member=member, actor=actor)
        with self._context.db.transaction():
            self.store.end_member(team_id, user_id, now_ms())
            self._memberships.invalidate(user_id)
            self._context.db.after_commit(lambda: self._context.hub.forget_memberships(user_id))
            for event in events.leave_team(team_id, user_id):
                self._context.publish(event)

    def set_scheme_roles(self, team_id: str, user_id: str, *, guest: bool, user: bool, admin: bool) -> TeamMember:
        """Set which scheme roles a member has."""
        if guest and user:
            raise BadRequest(
                "A member is a guest or a user, not both.",
                id="api.team.update_team_member_roles.user_and_guest.app_error",
            )
        if not guest and not user:
            raise BadRequest(
                "A member who isn't a guest is a user.",
                id="api.team.update_team_member_roles.unset_user_scheme.app_error",
            )
        if guest != self._users.get(user_id).is_guest:
            raise BadRequest(
                "Guests have the guest role in a team, and only they.",
                id="api.team.update_team_member_roles.guest.app_error",
            )
        member = msgspec.structs.replace(
            self.member(team_id, user_id), scheme_guest=guest, scheme_user=user, scheme_admin=admin
        )
        return self._store_roles(member)

    def set_scheme_admin(self, team_id: str, user_id: str, admin: bool) -> None:
        """See `TeamService.set_scheme_admin`."""
        member = self.member(team_id, user_id)
        if not member.scheme_guest and member.scheme_admin != admin:
            self._store_roles(msgspec.structs.replace(member, scheme_admin=admin))

    def follow_guest(self, user: User) -> None:
        """Let the memberships of a user say what the account says: that of a guest, or not."""
        with self._context.db.transaction():
            self.store.set_guest(user.id, user.is_guest)
            self._memberships.invalidate(user.id)
            for member in self.memberships_of(user.id).values():
                if not member.delete_at:
                    self._context.publish(events.memberrole_updated(member))

    def set_roles(self, team_id: str, user_id: str, roles: str) -> TeamMember:
        """Set a member's roles from a text of names; scheme roles among them become flags."""
        names = roles.split()
        known = self._schemes.team_roles(self.get(team_id).scheme_id)
        custom = [name for name in names if name not in known]
        if custom:
            raise Forbidden(
                "{name} is not a role of teams.",
                id="api.team.update_member_roles.invalid_role.app_error",
                name=custom[0],
            )
        member = self.member(team_id, user_id)
        if (known.guest in names) != member.scheme_guest:
            raise BadRequest(
                "A member can't become or cease to be a guest this way.",
                id="api.team.update_team_member_roles.changing_guest_role.app_error",
            )
        return self._store_roles(
            msgspec.structs.replace(
                member,
                scheme_user=known.user in names or member.scheme_user,
                scheme_admin=known.admin in names,
                explicit_roles="",
            )
        )

    def _store_roles(self, member: TeamMember) -> TeamMember:
        if not self.store.set_roles(member):
            raise TeamMemberNotFound
        self._memberships.invalidate(member.user_id)
        stored = self.member(member.team_id, member.user_id)
        self._context.publish(events.memberrole_updated(stored))
        return stored
