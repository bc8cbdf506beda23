"""`hubbub user`: accounts from the command line, whether the server runs or not."""

import sys

import click

from hubbub.core.contracts.auth import PasswordService
from hubbub.core.contracts.errors import AppError
from hubbub.core.contracts.second_factor import SecondFactorRecords
from hubbub.core.contracts.users import NewUser, User, UserNotFound
from hubbub.core.http.paging import Page
from hubbub.core.ids import is_valid_id
from hubbub.plugins.users import defaults
from hubbub.plugins.users.directory import Directory
from hubbub.plugins.users.directory_store import Filter
from hubbub.plugins.users.service import Users
from hubbub.plugins.users.signup import SignUp


def user_commands(users: Users, passwords: PasswordService, sign_up: SignUp, directory: Directory) -> click.Group:
    """Return the group `user`."""
    group = click.Group("user", help="Create, list and change accounts.")
    group.add_command(_create(users, sign_up))
    group.add_command(_password(users, passwords))
    group.add_command(_list(directory))
    return group


def _create(users: Users, sign_up: SignUp) -> click.Command:
    @click.command("create", help="Create an account. The password is asked for, or read from standard input.")
    @click.option("--email", required=True, help="E-mail address.")
    @click.option("--username", required=True, help="User name.")
    @click.option("--password", default=None, help="Password; better leave it out, others may see the command line.")
    @click.option("--firstname", default="", help="First name.")
    @click.option("--lastname", default="", help="Last name.")
    @click.option("--nickname", default="", help="Nickname.")
    @click.option("--locale", default="", help="Language, like en or de.")
    @click.option("--system-admin", is_flag=True, help="Make the account a system admin.")
    @click.option("--email-verified", is_flag=True, help="Take the address as confirmed.")
    def create(
        email: str,
        username: str,
        password: str | None,
        firstname: str,
        lastname: str,
        nickname: str,
        locale: str,
        system_admin: bool,
        email_verified: bool,
    ) -> None:
        new = NewUser(
            username=username,
            email=email,
            password=_secret(password),
            first_name=firstname,
            last_name=lastname,
            nickname=nickname,
            locale=locale,
            roles=defaults.ADMIN_ROLES if system_admin else "",
            email_verified=email_verified,
        )
        with _explained():
            user = sign_up.by_admin(new)
        click.echo(f"Created {user.username} ({user.id}), {user.roles}.")

    return create


def _password(users: Users, passwords: PasswordService) -> click.Command:
    @click.command("password", help="Set the password of USER (user name, e-mail address or id).")
    @click.argument("user")
    @click.option("--password", default=None, help="Password; better leave it out, others may see the command line.")
    def password(user: str, password: str | None) -> None:
        with _explained():
            account = find(users, user)
            secret = _secret(password)
            passwords.validate(secret)
            users.set_password_hash(account.id, passwords.hash(secret))
        click.echo(f"Changed the password of {account.username}.")

    return password


def _list(directory: Directory) -> click.Command:
    @click.command("list", help="List accounts, by user name.")
    @click.option("--page", default=0, type=click.IntRange(0), help="Page, from 0.")
    @click.option("--per-page", default=200, type=click.IntRange(1, 200), help="Accounts per page.")
    @click.option("--all", "everything", is_flag=True, help="List all pages.")
    @click.option("--inactive", is_flag=True, help="List deactivated accounts only.")
    def list_users(page: int, per_page: int, everything: bool, inactive: bool) -> None:
        wanted = Filter(active=False if inactive else None)
        rows = [("USERNAME", "EMAIL", "ROLES", "ACTIVE", "ID")]
        while True:
            with _explained():
                found = directory.find(wanted, Page(page, per_page))
            rows += [(u.username, u.email, u.roles, "no" if u.delete_at else "yes", u.id) for u in found]
            page += 1
            if not everything or len(found) < per_page:
                break
        widths = [max(len(row[column]) for row in rows) for column in range(5)]
        for row in rows:
            click.echo("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())

    return list_users


def reset_mfa(users: Users, records: SecondFactorRecords) -> click.Command:
    """Return `resetmfa`, for people who lost their authenticator."""

    @click.command("resetmfa", help="Turn the second factor of each USER off (user name, e-mail address or id).")
    @click.argument("names", nargs=-1, required=True, metavar="USER...")
    def reset(names: tuple[str, ...]) -> None:
        for text in names:
            with _explained():
                account = find(users, text)
                records.set_active(account.id, False)
            click.echo(f"{account.username} signs in without a code now.")

    return reset


def find(users: Users, text: str) -> User:
    """Return the account of an id, an e-mail address or a user name. Raises `UserNotFound`."""
    if "@" in text:
        return users.get_by_email(text)
    try:
        return users.get_by_username(text)
    except UserNotFound:
        if is_valid_id(text):
            return users.get(text)
        raise


def _secret(given: str | None) -> str:
    """Return the password that was given, typed, or piped in (its first line)."""
    if given is not None:
        return given
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


class _explained:  # a context manager, used like a function
    """Turns a named error into one line for the terminal."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, AppError):
            raise click.ClickException(f"{error.text} ({error.error_id})") from error
