"""Operations of the plugin system."""

from typing import Any, Final

from hubbub.tests.services.smtp import SmtpServer
from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import SWITCHED, World

REFUSED: Final = 501


def plugin(world: World) -> Made:
    """Name a plugin that can be turned on and off."""
    return {"plugin_id": SWITCHED}


def site(world: World) -> Made:
    """Give the server an address."""
    return {"site_url": world.listen()}


def mail_server(world: World) -> Made:
    """Start a mail server."""
    server = SmtpServer()
    server.prepare()
    server.start()
    world.on_close(server.remove)
    return {"smtp_port": str(server.plain)}


def whole_config(world: World) -> Any:
    """Return the configuration as it is: what isn't sent gets its default."""
    return world.alice.get("/config", expect=200).json


def busy(world: World) -> Made:
    """Mark the server as busy, for the case to end it."""
    world.alice.post("/server_busy?seconds=60", expect=200)
    return {}


def calm(world: World) -> None:
    """Take the mark away."""
    world.alice.delete("/server_busy")


CASES: Final = [
    Case(operation="GetSupportedTimezone", outsider=200),
    Case(operation="GetNotices", make=lambda world: {"teamId": world.team["id"]}, outsider=200),
    Case(operation="MarkNoticesViewed", body=["notice"], outsider=200),
    Case(operation="DatabaseRecycle", who="alice"),
    Case(operation="GetConfig", who="alice"),
    Case(operation="UpdateConfig", who="alice", body=whole_config),
    Case(operation="ReloadConfig", who="alice"),
    Case(
        operation="TestEmail",
        who="alice",
        make=mail_server,
        body={"EmailSettings": {"SMTPServer": "localhost", "SMTPPort": "{smtp_port}"}},
    ),
    Case(operation="GetClientConfig", query="format=old", outsider=200, nobody=200),
    Case(operation="GetEnvironmentConfig", who="alice"),
    Case(operation="PatchConfig", who="alice", body={"TeamSettings": {"SiteName": "Walk"}}),
    Case(
        operation="GetClientLicense",
        query="format=old",
        outsider=200,
        open_to_all="who has no such permission gets what browsers need",
        nobody=200,
    ),
    Case(operation="GetLicenseLoadMetric", outsider=200),
    Case(operation="GetPrevTrialLicense", who="alice", answer="Anything"),
    Case(operation="InvalidateCaches", who="alice"),
    Case(operation="GetLogs", who="alice"),
    Case(operation="QueryLogs", who="alice", body={"log_levels": ["info"]}, answer="Anything"),
    Case(operation="DownloadSystemLogs", who="alice", raw="text/plain"),
    Case(
        operation="PostLog",
        body={"level": "ERROR", "message": "a client's trouble"},
        outsider=200,
        open_to_all="what others than administrators send is logged as a detail",
        nobody=403,
    ),
    Case(operation="GetAnalyticsOld", who="alice", query="name=standard"),
    Case(operation="SetServerBusy", who="alice", query="seconds=60", after=calm),
    Case(operation="GetServerBusyExpires", make=busy, who="alice", after=calm),
    Case(operation="ClearServerBusy", make=busy, who="alice", after=calm),
    Case(operation="GetRedirectLocation", query="url=https://example.com", outsider=200),
    Case(operation="GetClusterStatus", who="alice"),
    Case(operation="TestSiteURL", who="alice", make=site, body={"site_url": "{site_url}"}),
    Case(operation="GetPlugins", who="alice"),
    Case(operation="GetPluginStatuses", who="alice"),
    Case(operation="GetWebappPlugins", outsider=200, nobody=200),
    Case(operation="EnablePlugin", make=plugin, who="alice"),
    Case(operation="DisablePlugin", make=plugin, who="alice"),
    Case(operation="UploadPlugin", who="alice", status=REFUSED),
    Case(operation="InstallPluginFromUrl", who="alice", query="plugin_download_url=x", status=REFUSED),
    Case(operation="RemovePlugin", make=plugin, who="alice", status=REFUSED),
    Case(operation="InstallMarketplacePlugin", who="alice", body={"id": "x", "version": "1"}, status=REFUSED),
    Case(operation="GetMarketplacePlugins", who="alice"),
    Case(operation="GetMarketplaceVisitedByAdmin", who="alice"),
    Case(operation="UpdateMarketplaceVisitedByAdmin", who="alice"),
    Case(operation="GetPostsUsage", outsider=200),
    Case(operation="GetStorageUsage", outsider=200),
    Case(operation="GetServerLimits", outsider=200, open_to_all="others see no number of accounts"),
    Case(
        operation="SubmitPerformanceReport",
        body={"version": "1.0.0", "labels": {}, "start": 1, "end": 2, "counters": [], "histograms": []},
        outsider=200,
    ),
]
