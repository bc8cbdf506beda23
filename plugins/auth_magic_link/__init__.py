"""Guests sign in by links that they get by mail, without a password."""

from hubbub.core.contracts.auth import ExternalSignIn
from hubbub.core.contracts.mail import Mailer
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.tokens import OneTimeTokenService
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="auth_magic_link",
    version="0.1.0",
    name="Magic links",
    summary="Guests sign in by links that they get by mail, without a password",
    requires=(ExternalSignIn, OneTimeTokenService, UserService),
    optional=(Mailer,),
)
