"""Operations of the plugin sessions."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qs, urlsplit

from hubbub.core.contracts.auth import ExternalIdentity, ExternalSignIn
from hubbub.core.contracts.single_sign_on import MOBILE, Journey, SingleSignOn
from hubbub.core.contracts.tokens import PASSWORD_RECOVERY, OneTimeTokenService
from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.cases.users import new_user
from hubbub.tests.walk.world import World


def session(world: World) -> Made:
    """Make an account with a session."""
    made = new_user(world)
    sessions = world.client(made["token"]).get(f"/users/{made['user_id']}/sessions", expect=200).json
    return {**made, "session_id": sessions[0]["id"]}


def access_token(world: World) -> Made:
    """Make an access token of alice's."""
    path = f"/users/{world.alice.id}/tokens"
    return {
        "user_id": world.alice.id,
        "token_id": world.alice.post(path, {"description": "tests"}, expect=200).json["id"],
    }


def forgotten_password(world: World) -> Made:
    """Make an account whose password was forgotten, and what the mail about it holds."""
    made = new_user(world)
    user = world.alice.get(f"/users/{made['user_id']}").json
    tokens = world.server.app.services.get(OneTimeTokenService)
    return {"mail_token": tokens.create(PASSWORD_RECOVERY, {"user_id": user["id"], "email": user["email"]})}


VERIFIER: Final = "v" * 43


def external(world: World) -> ExternalIdentity:
    """Return somebody whom a provider knows and we don't yet."""
    name = f"outside{world.number()}"
    return ExternalIdentity(provider="openid", subject=name, username=name, email=f"{name}@example.com")


def arrived(world: World, journey: Journey) -> str:
    """Return where somebody goes who is back from their provider."""
    return world.server.app.services.get(SingleSignOn).arrive(journey, external(world)).location


def desktop(world: World) -> Made:
    """Make what the browser gives the desktop app."""
    location = arrived(world, Journey(provider="openid", desktop_token="d" * 32))
    return {"desktop_token": parse_qs(urlsplit(location).query)["server_token"][0]}


def app_code(world: World) -> Made:
    """Make what the browser gives a mobile app, where apps get codes."""
    world.server.configure(FeatureFlags={"MoveThreadsEnabled": True, "MobileSSOCodeExchange": True})
    challenge = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
    journey = Journey(
        provider="openid", purpose=MOBILE, redirect_to="mmauth://callback", challenge=challenge, app_state="s"
    )
    return {"login_code": parse_qs(urlsplit(arrived(world, journey)).query)["login_code"][0]}


def no_codes(world: World) -> None:
    """Have apps get no codes again."""
    world.server.configure(FeatureFlags={"MoveThreadsEnabled": True, "MobileSSOCodeExchange": False})


def signed_in_elsewhere(world: World) -> Made:
    """Make an account that signs in elsewhere, with a session."""
    identity = external(world)
    session = world.server.app.services.get(ExternalSignIn).sign_in(identity)
    return {"token": session.token, "outside_email": identity.email}


CASES: Final = [
    Case(operation="Login", who="", body={"login_id": "bob", "password": "{password}"}, outsider=200, nobody=200),
    Case(operation="Logout", make=new_user, who="token", after=World.sign_in, outsider=200, nobody=200),
    Case(operation="GetLoginType", who="", body={"login_id": "bob"}, outsider=200, nobody=200),
    Case(operation="GetSessions"),
    Case(operation="RevokeSession", make=session, who="token", body={"session_id": "{session_id}"}),
    Case(operation="RevokeAllSessions", make=new_user, who="token"),
    Case(operation="RevokeSessionsFromAllUsers", who="alice", after=World.sign_in),
    Case(
        operation="AttachDeviceExtraProps", make=new_user, who="token", body={"mobileVersion": "2.30.0"}, outsider=200
    ),
    Case(
        operation="UpdateUserPassword",
        make=new_user,
        who="token",
        body={"current_password": "{password}", "new_password": "{password}x"},
    ),
    Case(
        operation="CreateUserAccessToken",
        make=lambda world: {"user_id": world.alice.id},
        who="alice",
        body={"description": "tests"},
    ),
    Case(operation="GetUserAccessTokensForUser", make=access_token, who="alice"),
    Case(operation="GetUserAccessTokens", make=access_token, who="alice"),
    Case(operation="GetUserAccessToken", make=access_token, who="alice"),
    Case(operation="SearchUserAccessTokens", make=access_token, who="alice", body={"term": "alice"}),
    Case(operation="DisableUserAccessToken", make=access_token, who="alice", body={"token_id": "{token_id}"}),
    Case(operation="EnableUserAccessToken", make=access_token, who="alice", body={"token_id": "{token_id}"}),
    Case(operation="RevokeUserAccessToken", make=access_token, who="alice", body={"token_id": "{token_id}"}),
    Case(operation="SendPasswordResetEmail", who="", body={"email": "{email}"}, outsider=200, nobody=200),
    Case(
        operation="ResetPassword",
        make=forgotten_password,
        who="",
        body={"token": "{mail_token}", "new_password": "Another-horse-7"},
        outsider=200,
        nobody=200,
    ),
    Case(
        operation="LoginWithDesktopToken",
        make=desktop,
        who="",
        body={"token": "{desktop_token}"},
        outsider=200,
        nobody=200,
        answer="User",
    ),
    Case(
        operation="LoginSSOCodeExchange",
        make=app_code,
        after=no_codes,
        who="",
        body={"login_code": "{login_code}", "code_verifier": VERIFIER, "state": "s"},
        outsider=200,
        nobody=200,
    ),
    Case(
        operation="UpdateUserAuth",
        make=lambda world: {"user_id": world.new_user().id, "auth_id": f"walked-{world.number()}"},
        who="alice",
        body={"auth_service": "openid", "auth_data": "{auth_id}"},
        answer="UserAuthData",
    ),
    Case(
        operation="SwitchAccountType",
        make=signed_in_elsewhere,
        who="token",
        body={
            "current_service": "openid",
            "new_service": "email",
            "email": "{outside_email}",
            "new_password": "Another-horse-7",
        },
        nobody=403,
    ),
]
