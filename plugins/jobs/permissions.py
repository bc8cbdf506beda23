"""Who may see, create and manage jobs of which kind."""

from collections.abc import Iterable
from typing import Final

import msgspec

from hubbub.core.contracts.errors import BadRequest, PermissionDenied
from hubbub.core.contracts.jobs import JobType
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.sessions import Session
from hubbub.plugins.jobs.types import JobTypes


class JobPermissions(msgspec.Struct, frozen=True):
    """Names of the permissions that jobs of a kind need."""

    read: str = Permission.READ_JOBS
    create: str = Permission.MANAGE_JOBS
    manage: str = Permission.MANAGE_JOBS


def _of(subject: str) -> JobPermissions:
    return JobPermissions(f"read_{subject}_job", f"create_{subject}_job", f"manage_{subject}_job")


_GENERAL: Final = JobPermissions()
_KNOWN: Final = {
    "data_retention": _of("data_retention"),
    "message_export": _of("compliance_export"),
    "cli_message_export": _of("compliance_export"),
    "elasticsearch_post_indexing": _of("elasticsearch_post_indexing"),
    "elasticsearch_post_aggregation": _of("elasticsearch_post_aggregation"),
    "ldap_sync": _of("ldap_sync"),
    **dict.fromkeys(
        (
            "active_users", "cleanup_desktop_tokens", "cloud", "delete_expired_posts", "expiry_notify",
            "export_delete", "export_process", "export_users_to_csv", "extract_content", "import_delete",
            "import_process", "migrations", "plugins", "product_notices", "refresh_materialized_views",
        ),
        _GENERAL,
    ),
}  # fmt: skip
"""Kinds that are known by name: jobs of these may be in the database without a plugin that offers them."""


class NotToBeSeen(BadRequest):
    id = "api.job.retrieve.nopermissions"
    message = "There is no kind of job named {type} that one could look at."


class NotToBeCreated(BadRequest):
    id = "api.job.unable_to_create_job.incorrect_job_type"
    message = "There is no kind of job named {type} that one could create or cancel."


class NotToBeManaged(BadRequest):
    id = "api.job.unable_to_manage_job.incorrect_job_type"
    message = "There is no kind of job named {type} that one could manage."


class JobAccess:
    """Decides."""

    def __init__(self, permissions: PermissionService, types: JobTypes) -> None:
        self._permissions = permissions
        self._types = types

    def readable(self, session: Session) -> list[str]:
        """Return the kinds whose jobs the session may see. Raises `PermissionDenied` when there are none."""
        names = [name for name in self._names() if self._may(session, self._needed(name).read)]
        if not names:
            raise PermissionDenied(Permission.READ_JOBS)
        return names

    def require_read(self, session: Session, job_type: str) -> None:
        """Raise `NotToBeSeen` for an unknown kind, `PermissionDenied`."""
        if job_type not in self._names():
            raise NotToBeSeen(type=job_type)
        self._require(session, self._needed(job_type).read)

    def require_create(self, session: Session, job_type: str) -> None:
        """Raise `NotToBeCreated` for an unknown kind, `PermissionDenied`."""
        if job_type not in self._names():
            raise NotToBeCreated(type=job_type)
        self._require(session, self._needed(job_type).create)

    def may_create(self, session: Session, job_type: str) -> bool:
        """Return whether the session may start and cancel jobs of a known kind."""
        return self._may(session, self._needed(job_type).create)

    def require_manage(self, session: Session, job_type: str) -> None:
        """Raise `NotToBeManaged` for an unknown kind, `PermissionDenied`."""
        if job_type not in self._names():
            raise NotToBeManaged(type=job_type)
        self._require(session, self._needed(job_type).manage)

    def _names(self) -> Iterable[str]:
        return _KNOWN.keys() | self._types.current.keys()

    def _needed(self, name: str) -> JobPermissions:
        known = _KNOWN.get(name, _GENERAL)
        offered: JobType | None = self._types.current.get(name)
        if offered is None:
            return known
        manage = offered.manage_permission or known.manage
        return JobPermissions(
            read=offered.read_permission or known.read,
            create=offered.create_permission or offered.manage_permission or known.create,
            manage=manage,
        )

    def _may(self, session: Session, permission: str) -> bool:
        has = self._permissions.has
        return has(session, permission) or has(session, Permission.MANAGE_SYSTEM)

    def _require(self, session: Session, permission: str) -> None:
        if not self._may(session, permission):
            raise PermissionDenied(permission)
