"""Routes of applications: /oauth/apps, /users/{user_id}/oauth/apps/authorized, registration and metadata."""

from typing import Any, Final

from hubbub.core.contracts.errors import InvalidBodyParam, PermissionDenied
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.sessions import Session
from hubbub.core.http import Request, Router
from hubbub.core.http.reply import OK, Reply
from hubbub.plugins.oauth_provider.apps import Apps, public
from hubbub.plugins.oauth_provider.authorize import Authorization
from hubbub.plugins.oauth_provider.errors import RequestRefused
from hubbub.plugins.oauth_provider.records import AppRequest, OAuthApp, RegistrationRequest
from hubbub.plugins.oauth_provider.registration import Registration
from hubbub.plugins.oauth_provider.routes_token import refusal

REGISTER_RATE: Final = (2, 1)
_APPS: Final = "/api/v4/oauth/apps"


class AppRoutes:
    """Handlers of applications."""

    def __init__(
        self, apps: Apps, authorization: Authorization, registration: Registration, permissions: PermissionService
    ) -> None:
        self._apps = apps
        self._authorization = authorization
        self._registration = registration
        self._permissions = permissions

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.post(_APPS, self.create, status=201)
        router.get(_APPS, self.page)
        router.post(f"{_APPS}/register", self.register_client, auth="none", csrf=False, rate_limit=REGISTER_RATE)
        router.get(f"{_APPS}/{{app_id}}", self.get)
        router.put(f"{_APPS}/{{app_id}}", self.update)
        router.delete(f"{_APPS}/{{app_id}}", self.delete)
        router.post(f"{_APPS}/{{app_id}}/regen_secret", self.regenerate_secret)
        router.get(f"{_APPS}/{{app_id}}/info", self.info)
        router.get("/api/v4/users/{user_id}/oauth/apps/authorized", self.authorized)
        router.get("/.well-known/oauth-authorization-server", self.metadata, auth="none")

    def create(self, req: Request) -> OAuthApp:
        """POST /oauth/apps."""
        self._require(req.session)
        request = req.read(AppRequest)
        # SECURITY: whom nobody is asked about is for administrators to say.
        request.is_trusted = request.is_trusted and self._is_admin(req.session)
        return self._apps.create(request, req.user_id)

    def page(self, req: Request) -> list[OAuthApp]:
        """GET /oauth/apps: one's own, or all for who manages all."""
        self._require(req.session)
        everybodys = self._permissions.has(req.session, Permission.MANAGE_SYSTEM_WIDE_OAUTH)
        return self._apps.page(req.page(), "" if everybodys else req.user_id)

    def get(self, req: Request, app_id: str) -> OAuthApp:
        """GET /oauth/apps/{app_id}."""
        return self._own(req.session, app_id)

    def info(self, req: Request, app_id: str) -> OAuthApp:
        """GET /oauth/apps/{app_id}/info: what anybody may know."""
        return public(self._apps.get(app_id))

    def update(self, req: Request, app_id: str) -> OAuthApp:
        """PUT /oauth/apps/{app_id}."""
        app = self._own(req.session, app_id)
        request = req.read(AppRequest)
        if request.id and request.id != app_id:
            raise InvalidBodyParam("app_id")
        if not self._is_admin(req.session):
            request.is_trusted = app.is_trusted
        return self._apps.update(app_id, request)

    def delete(self, req: Request, app_id: str) -> dict[str, str]:
        """DELETE /oauth/apps/{app_id}."""
        self._own(req.session, app_id)
        self._authorization.remove_app(app_id)
        return OK

    def regenerate_secret(self, req: Request, app_id: str) -> OAuthApp:
        """POST /oauth/apps/{app_id}/regen_secret."""
        self._own(req.session, app_id)
        return self._apps.regenerate_secret(app_id)

    def authorized(self, req: Request, user_id: str) -> list[OAuthApp]:
        """GET /users/{user_id}/oauth/apps/authorized."""
        self._permissions.require_user(req.session, user_id)
        page = req.page()
        apps = self._authorization.agreed_apps(user_id)[page.offset : page.offset + page.limit]
        return [public(app) for app in apps]

    def register_client(self, req: Request) -> Any:
        """POST /oauth/apps/register."""
        try:
            body = self._registration.register(req.read(RegistrationRequest))
        except RequestRefused as error:
            return refusal(error, req)
        return Reply(body, 201, {"Cache-Control": "no-store"})

    def metadata(self, req: Request) -> dict[str, Any]:
        """GET /.well-known/oauth-authorization-server."""
        return self._registration.metadata()

    def _require(self, session: Session) -> None:
        # SECURITY: an application must not make others that outlive it.
        if session.is_oauth:
            raise PermissionDenied(Permission.MANAGE_OAUTH)
        self._permissions.require(session, Permission.MANAGE_OAUTH)

    def _own(self, session: Session, app_id: str) -> OAuthApp:
        """Return an application that the session may manage: one's own, or anybody's with a permission of its own."""
        self._require(session)
        app = self._apps.get(app_id)
        if app.creator_id != session.user_id:
            self._permissions.require(session, Permission.MANAGE_SYSTEM_WIDE_OAUTH)
        return app

    def _is_admin(self, session: Session) -> bool:
        return self._permissions.has(session, Permission.MANAGE_SYSTEM)
