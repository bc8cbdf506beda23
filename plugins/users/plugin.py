"""Wiring of the users plugin."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import click

from hubbub.core.contracts.auth import PasswordService
from hubbub.core.contracts.bots import BotService
from hubbub.core.contracts.bulk import BulkPart
from hubbub.core.contracts.mail import Mailer
from hubbub.core.contracts.permissions import MemberRoles, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.second_factor import SecondFactorRecords
from hubbub.core.contracts.tokens import OneTimeTokenService
from hubbub.core.contracts.users import User, UserNotFound, UserService
from hubbub.hookspecs import hookimpl
from hubbub.plugins.users.access import Access
from hubbub.plugins.users.bot_accounts import BotAccounts
from hubbub.plugins.users.bot_store import BotStore
from hubbub.plugins.users.bulk import UserLines
from hubbub.plugins.users.bulk_bots import BotLines
from hubbub.plugins.users.bulk_pictures import BulkPictures
from hubbub.plugins.users.commands import reset_mfa, user_commands
from hubbub.plugins.users.directory import Directory
from hubbub.plugins.users.directory_store import DirectoryStore
from hubbub.plugins.users.elsewhere import Elsewhere
from hubbub.plugins.users.notices import Notices
from hubbub.plugins.users.pictures import Pictures
from hubbub.plugins.users.routes import UserRoutes
from hubbub.plugins.users.routes_account import AccountRoutes
from hubbub.plugins.users.routes_bots import BotRoutes
from hubbub.plugins.users.routes_image import ImageRoutes
from hubbub.plugins.users.routes_lists import ListRoutes
from hubbub.plugins.users.routes_search import SearchRoutes
from hubbub.plugins.users.routes_terms import TermsRoutes
from hubbub.plugins.users.routes_verification import VerificationRoutes
from hubbub.plugins.users.second_factor import SecondFactors
from hubbub.plugins.users.service import Users
from hubbub.plugins.users.signup import SignUp
from hubbub.plugins.users.store import UserStore
from hubbub.plugins.users.terms import NoTerms, Terms
from hubbub.plugins.users.tokens import OneTimeTokens
from hubbub.plugins.users.verification import Verification

CLEAN_UP_S: Final = 3_600


class Plugin:
    """Accounts."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        permissions = context.service(PermissionService)
        passwords = context.service(PasswordService)
        store = UserStore(context.db)
        self._users = Users(context, store)
        self._directory = directory = Directory(context, DirectoryStore(context.db))
        access = Access(context, permissions, self._users)
        self._tokens = OneTimeTokens(context.db)
        self._terms = Terms(context)
        self._second_factors = SecondFactors(context.db, self._users.set_columns)
        self._notices = notices = Notices(context, context.service(Mailer))
        verification = Verification(context, self._users, self._tokens, context.service(Mailer))
        self._sign_up = sign_up = SignUp(
            context, self._users, passwords, directory, self._tokens, verification, notices
        )
        self._passwords = passwords
        self._bots = BotAccounts(context, self._users, passwords)
        pictures = Pictures(context, self._users)
        self._users.keep_pictures_by(pictures.set_if_other)
        shown = BulkPictures(pictures, store)
        self._bulk: list[BulkPart] = [
            UserLines(context.db, self._users, store, passwords, shown),
            BotLines(context.db, self._users, store, BotStore(context.db), shown),
        ]
        self._routes = (
            UserRoutes(context, self._users, access, sign_up, passwords, verification, self._terms),
            VerificationRoutes(context, self._users, access, verification, directory),
            AccountRoutes(context, self._users, access, notices),
            TermsRoutes(self._terms, access),
            ListRoutes(directory, self._users, access),
            SearchRoutes(directory, access),
            ImageRoutes(self._users, access, pictures, self._bots, Elsewhere(context)),
            BotRoutes(self._users, self._bots, access),
        )

    def provide(self) -> Mapping[type, object]:
        """Return the services."""
        return {
            UserService: self._users,
            OneTimeTokenService: self._tokens,
            BotService: self._bots,
            SecondFactorRecords: self._second_factors,
        }

    @hookimpl
    def register_license_features(self) -> Iterable[str]:
        """Tell clients that a site can have its own terms."""
        return ("CustomTermsOfService",)

    @hookimpl
    def register_client_config(self) -> dict[str, str]:
        """Tell clients which terms are to be accepted."""
        try:
            return {"CustomTermsOfServiceId": self._terms.latest().id} if self._terms.enabled else {}
        except NoTerms:
            return {}

    @hookimpl
    def on_activate(self) -> None:
        """Clean up from time to time."""
        self._context.tasks.every(CLEAN_UP_S, self._tokens.delete_expired, "expired tokens")

    @hookimpl
    def user_has_been_updated(self, new_user: User, old_user: User) -> None:
        """A bot is disabled just when its account is; people whose account was changed are written to."""
        if new_user.is_bot is True and bool(new_user.delete_at) != bool(old_user.delete_at):
            self._bots.follow(new_user)
        self._notices.changed(new_user, old_user)

    @hookimpl
    def user_has_been_deactivated(self, user: User) -> None:
        """Whoever leaves takes their bots along, where settings say so."""
        self._bots.owner_left(user)

    @hookimpl
    def register_routes(self, router: Any) -> None:
        """Add /users but for sessions."""
        for routes in self._routes:
            routes.register(router)

    @hookimpl
    def register_member_roles(self) -> MemberRoles:
        """Say which system roles a user has (the object of this scope is the whole system, "")."""
        return MemberRoles(scope="system", roles_of=self._system_roles, parent_of=lambda _object_id: "")

    def _system_roles(self, user_id: str, _object_id: str) -> tuple[str, ...]:
        try:
            return tuple(self._users.get(user_id).role_names())
        except UserNotFound:
            return ()

    @hookimpl
    def register_commands(self, cli: click.Group) -> None:
        """Add `hubbub user`."""
        commands = user_commands(self._users, self._passwords, self._sign_up, self._directory)
        commands.add_command(reset_mfa(self._users, self._second_factors))
        cli.add_command(commands)

    @hookimpl
    def register_bulk_parts(self) -> Iterable[BulkPart]:
        """Bring accounts."""
        return self._bulk
