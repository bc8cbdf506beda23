"""What browsers ask for: the files below /static, and the page for every address that nobody else answers."""

from pathlib import Path
from typing import Final

from hubbub.core.contracts.errors import NotFound
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Reply, Request, Router, accepts_gzip
from hubbub.plugins.webclient import page
from hubbub.plugins.webclient.assets import Asset, Assets
from hubbub.plugins.webclient.cdn import address_for
from hubbub.plugins.webclient.config import WebClientSettings
from hubbub.plugins.webclient.official import OfficialClient

STATIC: Final = Path(__file__).parent / "static"
FOR_EVER: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "no-cache"
_HTML: Final = "text/html; charset=utf-8"


class NoSuchFile(NotFound):
    id = "api.webclient.file.not_found.app_error"
    message = "There is no such file. After an update of the server, load the page again."


class NoRootPage(NotFound):
    id = "api.webclient.directory.no_root_page.app_error"
    message = (
        "The folder {folder} has no root.html. Set PluginSettings.Plugins.webclient.Directory to the folder that the"
        " web client was unpacked to, or to nothing for the built-in client."
    )


class WebClientRoutes:
    """Serves our client, or the official one when `Directory` names its folder."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._assets = Assets(STATIC)
        self._use(context.settings)
        context.on_config_change(lambda _old, _new: self._use(context.settings))

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get("/static/{path:path}", self.file, auth="none")
        router.get("/manifest.webmanifest", self.manifest, auth="none")
        router.fallback(self.root_page)

    def _use(self, settings: WebClientSettings) -> None:
        self._official = OfficialClient(Path(settings.Directory)) if settings.Directory else None

    @property
    def version(self) -> str:
        """Return the version of our client; "" while another is served, or ours changes with each reload."""
        fixed = self._official is None and not self._context.config.ServiceSettings.EnableDeveloper
        return self._assets.version if fixed else ""

    def file(self, req: Request, path: str) -> Reply:
        """GET /static/{path}."""
        if self._official is not None:
            found = self._official.file(path, req.access.settings.subpath)
            if found is None:
                raise NoSuchFile
            return Reply(found[0], headers={"Cache-Control": FOR_EVER}, content_type=found[1])
        version, _, name = path.partition("/")
        asset = self._assets.find(version, name)
        if asset is None:
            raise NoSuchFile
        return _asset(req, asset)

    def manifest(self, req: Request) -> Reply:
        """GET /manifest.webmanifest: of our client; the official one names its own."""
        title = self._context.config.TeamSettings.shown_site_name
        body = page.manifest(self._assets, req.access.settings.subpath, title)
        return Reply(body, headers={"Cache-Control": ASK_AGAIN}, content_type="application/manifest+json")

    def root_page(self, req: Request) -> Reply:
        """GET anything else: addresses such as /team/channels/town-square are the client's own."""
        if req.path in ("/static", "/plugins") or req.path.startswith(("/static/", "/plugins/")):
            raise NoSuchFile
        config, subpath = self._context.config, req.access.settings.subpath
        headers = {"Cache-Control": ASK_AGAIN}
        if self._official is not None:
            found = self._official.root_page(subpath)
            if found is None:
                raise NoRootPage(folder=self._context.settings.Directory)
            return Reply(found, headers=headers, content_type=_HTML)
        if config.ServiceSettings.EnableDeveloper:
            self._assets = Assets(STATIC)  # who works on the client loads the page again, and that is all
        cdn = address_for(req, self._context.settings.CdnURL)
        body, headers["Content-Security-Policy"] = page.render(self._assets, subpath, config, cdn)
        return Reply(body, headers=headers, content_type=_HTML)


def _asset(req: Request, asset: Asset) -> Reply:
    # Everybody may read them: a page whose files come by way of a CDN is of another origin.
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding", "Access-Control-Allow-Origin": "*"}
    gzipped = asset.gzipped() if accepts_gzip(req.header("Accept-Encoding")) else None
    if gzipped is not None:
        headers["Content-Encoding"] = "gzip"
    return Reply(gzipped or asset.data, headers=headers, content_type=asset.content_type)
