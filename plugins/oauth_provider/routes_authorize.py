"""/oauth/authorize and /oauth/deauthorize: for browsers, and for clients of this API that ask by JSON."""

import hmac
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from hubbub.core.contracts.errors import AppError, Forbidden, InvalidBodyParam, SessionExpired
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.sessions import Session, is_integration
from hubbub.core.contracts.users import UserService
from hubbub.core.http import Request, Router
from hubbub.core.http.reply import OK, Reply, redirect
from hubbub.core.http.settings import subpath_of
from hubbub.plugins.oauth_provider.apps import Apps
from hubbub.plugins.oauth_provider.authorize import Authorization, location
from hubbub.plugins.oauth_provider.errors import AuthorizeRefused, ProviderOff, RequestRefused
from hubbub.plugins.oauth_provider.page import consent_page, error_page
from hubbub.plugins.oauth_provider.records import AuthorizeRequest
from hubbub.plugins.oauth_provider.routes_token import form_of

AUTHORIZE: Final = "/oauth/authorize"
MAX_BODY: Final = 16_384
ALLOW: Final = "allow"


class AuthorizeOff(ProviderOff):
    id = "api.oauth.authorize_oauth.disabled.app_error"


class NotForPrograms(Forbidden):
    message = "People let applications in themselves; no program does it for them."


class AuthorizeRoutes:
    """Handlers of /oauth/authorize and /oauth/deauthorize."""

    def __init__(self, context: PluginContext, apps: Apps, authorization: Authorization, users: UserService) -> None:
        self._context = context
        self._apps = apps
        self._authorization = authorization
        self._users = users

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get(AUTHORIZE, self.page, auth="optional")
        # SECURITY: `csrf=False`: a form has no headers; `_require_meant` looks for the token in the form too.
        router.post(AUTHORIZE, self.authorize, csrf=False, body_limit=MAX_BODY)
        router.post("/oauth/deauthorize", self.deauthorize)

    def page(self, req: Request) -> Reply:
        """GET /oauth/authorize: ask the person, or send the browser on."""
        try:
            return self._page(req)
        except AppError as error:
            if "text/html" not in req.header("Accept"):
                raise
            return error_page(error.text, error.status)

    def _page(self, req: Request) -> Reply:
        if not self._context.config.ServiceSettings.EnableOAuthServiceProvider:
            raise AuthorizeOff
        names = AuthorizeRequest.__struct_fields__
        request = AuthorizeRequest(**{name: req.query(name) for name in names})
        try:
            app = self._authorization.check(request)
        except AuthorizeRefused as error:
            return self._refused(request, error)
        session = req.session_or_none
        subpath = subpath_of(self._context.config.ServiceSettings.SiteURL)
        if session is None:
            back = f"{AUTHORIZE}?{req.query_string}"
            return redirect(f"{subpath}/login?{urlencode({'redirect_to': back})}")
        _require_person(session)
        if self._authorization.is_agreed(app, session.user_id, request.scope):
            return _sent(self._authorization.agree(request, session.user_id), 302)
        return consent_page(
            app,
            self._users.get(session.user_id),
            msgspec.structs.asdict(request),
            csrf=session.csrf_token,
            action=f"{subpath}{AUTHORIZE}",
            site_name=self._context.config.TeamSettings.shown_site_name,
            redirect_uri=request.redirect_uri,
        )

    def authorize(self, req: Request) -> Any:
        """POST /oauth/authorize: the person's answer. A form is answered by a redirect, JSON by `{"redirect": …}`."""
        is_form = (req.content_type or "").startswith("application/x-www-form-urlencoded")
        fields = self._form(req) if is_form else {}
        session = req.session
        _require_meant(req, session, fields.get("csrf_token", ""))
        _require_person(session)
        if is_form:
            known = {name: fields[name] for name in AuthorizeRequest.__struct_fields__ if name in fields}
            request = AuthorizeRequest(**known)
        else:
            request = req.read(AuthorizeRequest)
        target = self._decide(request, session, fields.get("decision", "") if is_form else ALLOW)
        return _sent(target, 303) if is_form else {"redirect": target}

    def _decide(self, request: AuthorizeRequest, session: Session, decision: str) -> str:
        try:
            self._authorization.check(request)
        except AuthorizeRefused as error:
            return _error_location(request, error.error, error.text)
        if decision != ALLOW:
            return _error_location(request, "access_denied", "The person has not agreed.")
        return self._authorization.agree(request, session.user_id)

    def deauthorize(self, req: Request) -> dict[str, str]:
        """POST /oauth/deauthorize: take an agreement back."""
        _require_person(req.session)
        client_id = req.read_map().get("client_id", "")
        if not client_id:
            raise InvalidBodyParam("client_id")
        self._authorization.take_back(client_id, req.user_id)
        return OK

    def _refused(self, request: AuthorizeRequest, error: AuthorizeRefused) -> Reply:
        return _sent(_error_location(request, error.error, error.text), 302)

    @staticmethod
    def _form(req: Request) -> dict[str, str]:
        try:
            return form_of(req)
        except RequestRefused:
            raise InvalidBodyParam("body") from None


def _error_location(request: AuthorizeRequest, error: str, description: str) -> str:
    values = {"error": error, "error_description": description, "state": request.state}
    return location(request.redirect_uri, values)


def _sent(target: str, status: int) -> Reply:
    """Return a redirect with a code in it: nobody keeps it, nobody is told where it came from."""
    reply = redirect(target, status)
    reply.headers |= {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return reply


def _require_meant(req: Request, session: Session, in_form: str) -> None:
    """Raise unless a page of ours sent the request: the session's CSRF token is in a header or in the form."""
    if not req.token_in_cookie:
        return
    expected = session.csrf_token
    sent = req.header("X-CSRF-Token") or in_form
    if not expected or not hmac.compare_digest(sent.encode(), expected.encode()):
        raise SessionExpired("The request wasn't sent by a page of this server. Go back and try again.")


def _require_person(session: Session) -> None:
    # SECURITY: a token of one application, or of a bot, must not become tokens of others.
    if is_integration(session):
        raise NotForPrograms
