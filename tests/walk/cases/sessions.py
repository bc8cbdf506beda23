"""Operations of the plugin sessions."""

from typing import Final

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
]
