"""The two steps of signing in: away to the identity provider, and back by a form that it posts."""

from typing import Any, Final
from urllib.parse import parse_qs

from hubbub.core.contracts.errors import TooLarge
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.single_sign_on import LOGIN, MOBILE, SIGNUP
from hubbub.core.http import Reply, Request, Router, redirect
from hubbub.core.http.settings import subpath_of
from hubbub.core.http.sign_on import arrived, bindings_of, departed, journey_of, with_error_pages
from hubbub.plugins.auth_saml.document import MAX_BYTES
from hubbub.plugins.auth_saml.errors import NoResponse, ResponseTooLong
from hubbub.plugins.auth_saml.identity import PROVIDER
from hubbub.plugins.auth_saml.service import SamlSignIn

PATH: Final = "/login/sso/saml"
RATE: Final = (20, 100)
"""Requests per second and at once of one address: behind it may be a whole company at nine o'clock."""
BODY_LIMIT: Final = 2 * MAX_BYTES
"""Bytes of the form: base64 whose signs are written as %XX takes more than the answer itself."""
_PURPOSES: Final = {"mobile": MOBILE, "signup": SIGNUP}


class SamlRoutes:
    """Parse, one service call, render."""

    def __init__(self, context: PluginContext, sign_in: SamlSignIn) -> None:
        self._context = context
        self._sign_in = sign_in

    def register(self, router: Router) -> None:
        """Declare the routes. What comes from the provider can't carry our CSRF header: the cookie binds it."""
        login = with_error_pages(self.login, self._config)
        complete = with_error_pages(self.complete, self._config)
        router.get(PATH, login, auth="none", rate_limit=RATE, status=302)
        router.post(PATH, complete, auth="none", csrf=False, rate_limit=RATE, body_limit=BODY_LIMIT)

    def _config(self) -> Any:
        return self._context.config

    def login(self, req: Request) -> Reply:
        """GET /login/sso/saml: to the identity provider."""
        purpose = _PURPOSES.get(req.query("action"), LOGIN)
        return departed(self._sign_in.depart(journey_of(req, PROVIDER, purpose)), req)

    def complete(self, req: Request) -> Reply:
        """POST /login/sso/saml: back from it, with SAMLResponse and RelayState."""
        form = _form(req)
        response, state = form.get("SAMLResponse", ""), form.get("RelayState", "")
        bindings = bindings_of(req)
        if self._sign_in.is_unsolicited(response, bindings):
            return redirect(subpath_of(self._context.config.ServiceSettings.SiteURL) + PATH)
        arrival = self._sign_in.complete(response, state, bindings, user_agent=req.user_agent, ip_address=req.ip)
        return arrived(arrival, req, self._context.config)


def _form(req: Request) -> dict[str, str]:
    """Return the fields of a form (the first of each name). Raises `ResponseTooLong`, `NoResponse`."""
    try:
        text = req.read_bytes().decode("ascii")
    except TooLarge:
        raise ResponseTooLong(limit=MAX_BYTES) from None
    except UnicodeDecodeError:
        raise NoResponse from None
    try:
        fields: dict[str, Any] = parse_qs(text, max_num_fields=10)
    except ValueError:
        raise NoResponse from None
    return {name: values[0] for name, values in fields.items()}
