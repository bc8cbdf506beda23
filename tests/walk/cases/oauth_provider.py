"""Operations of the plugin oauth_provider."""

from typing import Final

from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import World

BACK: Final = "https://app.example.org/back"
APP: Final = {"name": "Zap", "callback_urls": [BACK], "homepage": "https://app.example.org"}
ASKED: Final = {"response_type": "code", "client_id": "{app_id}", "redirect_uri": BACK, "state": "s"}
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
SETTINGS: Final = {"SiteURL": "https://chat.example.com", "EnableDynamicClientRegistration": True}


def app(world: World) -> Made:
    """Register an application."""
    made = world.alice.post("/oauth/apps", APP, expect=201).json
    return {"app_id": made["id"], "secret": made["client_secret"]}


def agreed(world: World) -> Made:
    """Register an application and have bob agree to it."""
    made = app(world)
    asked = {**ASKED, "client_id": made["app_id"]}
    sent = world.bob.post("/oauth/authorize", asked, raw_path=True, expect=200).json["redirect"]
    return {**made, "code": sent.partition("code=")[2].partition("&")[0]}


def known_site(world: World) -> Made:
    """Say where the site is, and let clients register themselves."""
    world.server.configure(ServiceSettings=SETTINGS)
    return {}


def unknown_site(world: World) -> None:
    """Take that back."""
    world.server.configure(ServiceSettings={"SiteURL": "", "EnableDynamicClientRegistration": False})


def exchange(world: World) -> bytes:
    """Return the form that exchanges a code."""
    made = agreed(world)
    fields = f"client_id={made['app_id']}&client_secret={made['secret']}&code={made['code']}&redirect_uri={BACK}"
    return f"grant_type=authorization_code&{fields}".encode()


CASES: Final = [
    Case(operation="CreateOAuthApp", who="alice", body=APP),
    Case(operation="GetOAuthApps", who="alice", make=app),
    Case(operation="GetOAuthApp", who="alice", make=app),
    Case(operation="UpdateOAuthApp", who="alice", make=app, body={**APP, "id": "{app_id}", "name": "Zapper"}),
    Case(operation="DeleteOAuthApp", who="alice", make=app),
    Case(operation="RegenerateOAuthAppSecret", who="alice", make=app),
    Case(operation="GetOAuthAppInfo", make=app, outsider=200),
    Case(operation="GetAuthorizedOAuthAppsForUser", make=agreed),
    Case(
        operation="RegisterOAuthClient",
        who="",
        make=known_site,
        after=unknown_site,
        body={"redirect_uris": [BACK], "client_name": "Agent"},
        outsider=201,
        nobody=201,
    ),
    Case(
        operation="GetAuthorizationServerMetadata",
        who="",
        make=known_site,
        after=unknown_site,
        outsider=200,
        nobody=200,
    ),
    Case(
        operation="AuthorizeOAuthPage",
        make=agreed,
        query="response_type=code&client_id={app_id}&redirect_uri=https://app.example.org/back",
        raw="text/plain",
        outsider=200,
        nobody=302,
    ),
    Case(
        operation="AuthorizeOAuthApp",
        make=app,
        body=ASKED,
        outsider=200,
        answer="Texts",
        open_to_all="everybody lets applications in for themselves; the permission is named to those who are none",
    ),
    Case(
        operation="DeauthorizeOAuthApp",
        make=agreed,
        body={"client_id": "{app_id}"},
        outsider=200,
        answer="StatusOK",
    ),
    Case(
        operation="GetAccessToken",
        who="",
        body=exchange,
        headers=FORM,
        outsider=200,
        nobody=200,
        answer="AccessResponse",
    ),
]
