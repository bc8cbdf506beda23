"""Operations of the plugin auth_oauth."""

from typing import Final

from hubbub.core.contracts.single_sign_on import Journey, SingleSignOn
from hubbub.tests.plugins.auth_oauth.idp import GITLAB_ANNA, Idp
from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import World

SITE: Final = {"SiteURL": "http://chat.example"}


def gitlab(world: World) -> Made:
    """Have people sign in with GitLab."""
    idp = Idp()
    world.on_close(idp.stop)
    world.server.configure(GitLabSettings=idp.oauth(), ServiceSettings=SITE)
    idp.person = GITLAB_ANNA | {"id": 1, "username": "gitta", "email": "gitta@example.com"}
    journey = Journey(provider="gitlab", kept={"verifier": "v" * 43, "nonce": ""})
    ticket = world.server.app.services.get(SingleSignOn).depart(journey)
    redirect_uri = f"{SITE['SiteURL']}/signup/gitlab/complete"
    challenge = "7w_YNF9DSfIdPf_pRjSq646_kPr-2-o9NAl16JGghdM"
    idp.codes["a-code"] = {"redirect_uri": redirect_uri, "code_challenge": challenge}
    return {"service": "gitlab", "state": ticket.state, "binding": ticket.binding}


def off(world: World) -> None:
    """Have nobody sign in with GitLab."""
    world.server.configure(GitLabSettings={"Enable": False}, ServiceSettings={"SiteURL": ""})


def leaving(operation: str, query: str = "") -> Case:
    """Return a case of somebody who is sent to the provider."""
    return Case(
        operation=operation, make=gitlab, after=off, who="", query=query, outsider=302, nobody=302, raw="text/plain"
    )


def back(operation: str) -> Case:
    """Return a case of somebody who is back from there."""
    return Case(
        operation=operation,
        make=gitlab,
        after=off,
        who="",
        query="code=a-code&state={state}",
        headers={"Cookie": "MMOAUTH={binding}"},
        outsider=302,
        nobody=302,
        raw="text/plain",
    )


CASES: Final = [
    leaving("LoginWithOAuth", "redirect_to=/"),
    leaving("SignupWithOAuth"),
    leaving("MobileLoginWithOAuth", "redirect_to=mmauth://callback"),
    back("CompleteOAuth"),
    back("CompleteOAuthSignup"),
    back("CompleteOAuthLogin"),
]
