"""Tells plugins of sign-ins that were refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from hubbub.core.contracts.errors import AppError, Rejected
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.second_factor import CodeNeeded
from hubbub.core.contracts.users import UserNotFound, UserService

NO_ATTEMPTS: Final = frozenset({CodeNeeded.id, "api.user.login.blank_pwd.app_error"})
"""What clients find out on the way to an attempt."""
REJECTED: Final = "plugin.rejected.app_error"


class FailedSignIns:
    """Finds out, in the background, whose account it was, and tells it."""

    def __init__(self, context: PluginContext, users: UserService) -> None:
        self._context = context
        self._users = users

    def note(
        self,
        error: AppError | Rejected,
        *,
        login_id: str = "",
        user_id: str = "",
        provider: str = "",
        ip_address: str,
        user_agent: str,
    ) -> None:
        """Tell of a refusal, unless it was no attempt. SECURITY: the answer doesn't wait for it, so tells nothing."""
        error_id, status = (error.error_id, error.status) if isinstance(error, AppError) else (REJECTED, 400)
        if error_id not in NO_ATTEMPTS:
            given = (login_id, user_id, error_id, status, ip_address, user_agent, provider)
            self._context.tasks.submit(self._tell, *given, droppable=True)

    @contextmanager
    def noting(self, provider: str, *, user_agent: str = "", ip_address: str = "") -> Iterator[None]:
        """Tell of a refusal inside; the provider hasn't said who it is."""
        try:
            yield
        except (AppError, Rejected) as error:
            self.note(error, provider=provider, ip_address=ip_address, user_agent=user_agent)
            raise

    def _tell(
        self,
        login_id: str,
        user_id: str,
        error_id: str,
        status: int,
        ip_address: str,
        user_agent: str,
        provider: str,
    ) -> None:
        self._context.hooks.tell(
            "user_log_in_has_failed",
            user_id=self._known(login_id, user_id),
            error_id=error_id,
            status=status,
            ip_address=ip_address,
            user_agent=user_agent,
            provider=provider,
        )

    def _known(self, login_id: str, user_id: str) -> str:
        try:
            if user_id:
                return self._users.get(user_id).id
            account = self._users.credentials(login_id) if login_id else None
        except UserNotFound:
            return ""
        return account.user.id if account is not None else ""
