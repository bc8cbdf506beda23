"""Signs people in whom a proxy in front of the server has identified, as by Kerberos or client certificates."""

import msgspec

from hubbub.core.contracts.auth import ExternalIdentity, ExternalSignIn
from hubbub.core.contracts.errors import Unauthorized
from hubbub.core.contracts.plugin import Manifest, PluginContext
from hubbub.core.http import Request, Router
from hubbub.core.http.cookies import set_session_cookies
from hubbub.core.http.reply import Reply, redirect
from hubbub.hookspecs import hookimpl


class Settings(msgspec.Struct, frozen=True):
    """PluginSettings.Plugins["proxy_sign_in"]. The proxy must overwrite these headers in every request."""

    TrustedProxies: tuple[str, ...] = ("127.0.0.1", "::1")
    NameHeader: str = "X-Remote-User"
    Domain: str = "example.com"
    Admins: tuple[str, ...] = ()


manifest = Manifest(
    id="proxy_sign_in",
    version="1.0.0",
    summary="Signs in whom a trusted proxy names in a header",
    config=Settings,
    requires=(ExternalSignIn,),
    reloadable=True,
)


class Plugin:
    """Link to /plugins/proxy_sign_in/login; the session is the server's own from there on."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._accounts = context.service(ExternalSignIn)

    @hookimpl
    def register_routes(self, router: Router) -> None:
        router.get("/plugins/proxy_sign_in/login", self.login, auth="none")

    def login(self, req: Request) -> Reply:
        settings, config = self._context.settings, self._context.config
        name = req.header(settings.NameHeader)
        # SECURITY: anybody can send a header; it counts only when the connection itself comes from the proxy.
        if not name or req.remote_addr not in settings.TrustedProxies:
            raise Unauthorized("The proxy didn't say who you are.", id="plugin.proxy_sign_in.nobody")
        identity = ExternalIdentity(provider="proxy", subject=name, username=name, email=f"{name}@{settings.Domain}")
        session = self._accounts.sign_in(identity, user_agent=req.user_agent, ip_address=req.ip)
        reply = redirect(config.ServiceSettings.SiteURL or "/")
        set_session_cookies(reply, session, req, config)
        return reply

    @hookimpl
    def complete_external_identity(self, identity: ExternalIdentity) -> None:
        if identity.provider == "proxy":
            identity.is_admin = identity.subject in self._context.settings.Admins
