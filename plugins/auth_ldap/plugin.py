"""Wiring of the LDAP plugin."""

from collections.abc import Iterable
from typing import Any

import click

from hubbub.core.contracts.auth import AuthProvider, ExternalIdentity, ExternalSignIn
from hubbub.core.contracts.jobs import JobType
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.users import User, UserService
from hubbub.core.http import Router
from hubbub.core.http.certificates import CertificateRoutes
from hubbub.hookspecs import hookimpl
from hubbub.plugins.auth_ldap.accounts import Accounts
from hubbub.plugins.auth_ldap.certificates import client_files
from hubbub.plugins.auth_ldap.commands import ldap_commands
from hubbub.plugins.auth_ldap.entries import LDAP
from hubbub.plugins.auth_ldap.group_sync import GroupSync
from hubbub.plugins.auth_ldap.pictures import KnownPictures
from hubbub.plugins.auth_ldap.routes import LdapRoutes
from hubbub.plugins.auth_ldap.routes_groups import LdapGroupRoutes
from hubbub.plugins.auth_ldap.saml_accounts import SamlAccounts
from hubbub.plugins.auth_ldap.service import Ldap, LdapSignIn, has_followers
from hubbub.plugins.auth_ldap.settings import fields_of_directory
from hubbub.plugins.auth_ldap.sync import JOB, Sync
from hubbub.plugins.auth_ldap.trials import Trials


class Plugin:
    """Sign-in with LDAP."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        users = context.service(UserService)
        self.ldap = Ldap(context)
        self._provider = LdapSignIn(context, self.ldap, users)
        self._trials = Trials(self.ldap)
        accounts = context.service(ExternalSignIn)
        groups = GroupSync(context, users)
        self._saml = SamlAccounts(context, self.ldap, users, accounts)
        self.sync = Sync(context, self.ldap, users, accounts, KnownPictures(context.db), groups, self._saml)
        self._accounts = Accounts(context, self.ldap, users)
        self._routes = (
            LdapRoutes(context, self.ldap, self._trials, self._accounts),
            LdapGroupRoutes(context, self.ldap),
            CertificateRoutes(context, "/api/v4/ldap/certificate", client_files(context)),
        )

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on the directory."""
        for routes in self._routes:
            routes.register(router)

    @hookimpl
    def register_auth_providers(self) -> Iterable[AuthProvider]:
        """Offer the directory, when it is turned on."""
        return [self._provider] if self.ldap.settings.Enable else []

    @hookimpl
    def register_jobs(self) -> Iterable[JobType]:
        """Offer the job that brings accounts up to date."""

        def wanted(config: Any) -> bool:
            return bool((config.LdapSettings.Enable or has_followers(config)) and config.LdapSettings.EnableSync)

        def interval_s(config: Any) -> int:
            return int(config.LdapSettings.SyncIntervalMinutes) * 60

        return [JobType(name=JOB, run=self.sync.run, interval_s=interval_s, enabled=wanted, retries=1)]

    @hookimpl
    def register_license_features(self) -> Iterable[str]:
        """Tell clients that there is LDAP."""
        return ("LDAP",)

    @hookimpl
    def fields_set_elsewhere(self, user: User) -> Iterable[str] | None:
        """Name what the directory sets of the accounts that are its own."""
        settings = self.ldap.settings
        return fields_of_directory(settings) if settings.Enable and user.auth_service == LDAP else None

    @hookimpl
    def user_has_been_created(self, user: User) -> None:
        """Give somebody new the teams and channels of their groups, in the background."""
        if user.auth_service == LDAP:
            self._context.tasks.submit(self.sync.welcome, user)

    @hookimpl
    def complete_external_identity(self, identity: ExternalIdentity) -> ExternalIdentity | None:
        """Add what the directory knows of somebody who signs in by SAML, where accounts follow it."""
        return self._saml.complete(identity)

    @hookimpl
    def register_commands(self, cli: click.Group) -> None:
        """Add `hubbub ldap`."""
        cli.add_command(ldap_commands(self.ldap, self._trials, self.sync, self._accounts))

    @hookimpl
    def on_deactivate(self) -> None:
        """Close the connections."""
        self.ldap.close()
