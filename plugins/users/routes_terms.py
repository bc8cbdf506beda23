"""Routes of the site's own terms of service."""

from typing import Any

from hubbub.core.contracts.errors import InvalidBodyParam
from hubbub.core.contracts.permissions import Permission
from hubbub.core.http.reply import OK
from hubbub.core.http.request import Request
from hubbub.core.ids import is_valid_id
from hubbub.plugins.users.access import Access
from hubbub.plugins.users.terms import Terms, TermsOfService, UserTermsOfService


class TermsRoutes:
    """Handlers of /terms_of_service and /users/{user_id}/terms_of_service."""

    def __init__(self, terms: Terms, access: Access) -> None:
        self._terms = terms
        self._permissions = access.permissions

    def register(self, router: Any) -> None:
        """Declare the routes."""
        router.get("/api/v4/terms_of_service", self.latest)
        router.post("/api/v4/terms_of_service", self.create)
        router.get("/api/v4/users/{user_id}/terms_of_service", self.accepted)
        router.post("/api/v4/users/{user_id}/terms_of_service", self.decide)

    def latest(self, req: Request) -> TermsOfService:
        """Return the terms that count now."""
        return self._terms.latest()

    def create(self, req: Request) -> TermsOfService:
        """Make new terms."""
        text = req.read_map().get("text", "")
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        return self._terms.create(text, req.user_id)

    def accepted(self, req: Request, user_id: str) -> UserTermsOfService:
        """Return what a user accepted."""
        self._permissions.require_user(req.session, user_id)
        return self._terms.accepted_by(user_id)

    def decide(self, req: Request, user_id: str) -> dict[str, str]:
        """Accept terms or refuse them; nobody does so for somebody else."""
        body = req.read(dict)
        terms_id = body.get("termsOfServiceId") or body.get("serviceTermsId") or ""
        accepted = body.get("accepted")
        if not isinstance(terms_id, str) or not is_valid_id(terms_id):
            raise InvalidBodyParam("termsOfServiceId")
        if accepted not in (True, False, "true", "false"):
            raise InvalidBodyParam("accepted")
        if user_id != req.user_id:
            self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        self._terms.decide(user_id, terms_id, accepted=accepted in (True, "true"))
        return OK
