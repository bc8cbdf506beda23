"""Passwords of local accounts: what they must look like, how they are hashed and compared."""

from hubbub.core.contracts.auth import PasswordService
from hubbub.core.contracts.plugin import Manifest
from hubbub.plugins.auth_password.config import PasswordHashSettings

manifest = Manifest(
    id="auth_password",
    version="0.1.0",
    name="Passwords",
    summary="Rules and hashes of passwords: PBKDF2 for new ones, bcrypt of older servers is accepted.",
    provides=(PasswordService,),
    config=PasswordHashSettings,
)
