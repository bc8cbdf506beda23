"""Operations of the plugin users."""

from typing import Final

from hubbub.core.contracts.tokens import VERIFY_EMAIL, OneTimeTokenService
from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.cases.emoji import DOT, FORM
from hubbub.tests.walk.world import World

SERVER_WIDE: Final = "everybody may see everybody unless a role restricts it"
OWN: Final = "it is about the one who asks"


def picture(_world: World) -> bytes:
    """Return a form with a picture."""
    head = b'--edge\r\nContent-Disposition: form-data; name="image"; filename="dot.gif"\r\n\r\n'
    return head + DOT + b"\r\n--edge--\r\n"


def new_user(world: World) -> Made:
    """Make an account, to be changed or deleted."""
    user = world.new_user()
    return {"user_id": user.id, "username": user.user["username"], "token": user.token}


def guest(world: World) -> Made:
    """Make an account that is a guest's."""
    made = new_user(world)
    world.alice.put(f"/users/{made['user_id']}/roles", {"roles": "system_guest"}, expect=200)
    return made


def verification(world: World) -> Made:
    """Make an account whose address is to be confirmed, and what the mail about it holds."""
    made = new_user(world)
    user = world.alice.get(f"/users/{made['user_id']}").json
    tokens = world.server.app.services.get(OneTimeTokenService)
    return {"mail_token": tokens.create(VERIFY_EMAIL, {"user_id": user["id"], "email": user["email"]})}


def closed(world: World) -> Made:
    """Let only some addresses have accounts."""
    world.server.configure(TeamSettings={"EnableOpenServer": False, "RestrictCreationToDomains": "example.org"})
    return {}


def opened(world: World) -> None:
    """Let every address have an account again."""
    world.server.configure(TeamSettings={"EnableOpenServer": True, "RestrictCreationToDomains": ""})


def terms(world: World) -> Made:
    """Make terms of service."""
    text = f"Be kind, {world.number()} times."
    return {"terms_id": world.alice.post("/terms_of_service", {"text": text}, expect=200).json["id"]}


def accepted_terms(world: World) -> Made:
    """Make terms of service that bob accepts."""
    made = terms(world)
    body = {"termsOfServiceId": made["terms_id"], "accepted": True}
    world.bob.post("/users/me/terms_of_service", body, expect=200)
    return made


def new_name(world: World) -> Made:
    """Make the name of an account that there isn't."""
    return {"new_name": f"newcomer{world.number()}"}


def group(world: World) -> Made:
    """Make a group channel."""
    return {"group_id": world.new_group()["id"]}


def bot(world: World) -> Made:
    """Make a bot of alice's."""
    return {"bot_user_id": world.new_bot()["user_id"]}


CASES: Final = [
    Case(
        operation="CreateUser",
        who="",
        make=new_name,
        body={"username": "{new_name}", "email": "{new_name}@example.com", "password": "{password}"},
        outsider=201,
        nobody=201,
    ),
    Case(operation="GetUsers", query="per_page=5", outsider=200, open_to_all=SERVER_WIDE),
    Case(operation="GetUsersByIds", body=["{carol_id}", "{dave_id}"], outsider=200),
    Case(operation="GetUsersByGroupChannelIds", make=group, body=["{group_id}"], outsider=200),
    Case(operation="GetUsersByUsernames", body=["carol", "dave"], outsider=200),
    Case(operation="SearchUsers", body={"term": "car", "team_id": "{team_id}"}),
    Case(operation="AutocompleteUsers", query="in_team={team_id}&in_channel={channel_id}&name=car"),
    Case(operation="GetKnownUsers", outsider=200),
    Case(operation="GetTotalUsersStats", outsider=200),
    Case(operation="GetTotalUsersStatsFiltered", who="alice"),
    Case(operation="GetUser", outsider=200, open_to_all=SERVER_WIDE),
    Case(
        operation="UpdateUser",
        make=new_user,
        who="token",
        body={"id": "{user_id}", "username": "{username}", "email": "{username}@example.com", "nickname": "New"},
    ),
    Case(operation="DeleteUser", make=new_user, who="alice"),
    Case(operation="PatchUser", make=new_user, who="token", body={"nickname": "Newer"}),
    Case(operation="UpdateUserRoles", make=new_user, who="alice", body={"roles": "system_user"}),
    Case(operation="UpdateUserActive", make=new_user, who="alice", body={"active": False}),
    Case(operation="GetProfileImage", raw="image/", outsider=200, open_to_all=SERVER_WIDE),
    Case(operation="SetProfileImage", body=picture, headers=FORM),
    Case(operation="SetDefaultProfileImage"),
    Case(operation="GetDefaultProfileImage", raw="image/", outsider=200, open_to_all=SERVER_WIDE),
    Case(operation="GetUserByUsername", outsider=200, open_to_all=SERVER_WIDE),
    Case(operation="GetUserByEmail", outsider=200, open_to_all=SERVER_WIDE),
    Case(operation="DemoteUserToGuest", make=new_user, who="alice"),
    Case(operation="PromoteGuestToUser", make=guest, who="alice"),
    Case(operation="ResetPasswordFailedAttempts", make=new_user, who="alice"),
    Case(operation="VerifyUserEmailWithoutToken", make=new_user, who="alice"),
    Case(
        operation="VerifyUserEmail", make=verification, who="", body={"token": "{mail_token}"}, outsider=200, nobody=200
    ),
    Case(operation="SendVerificationEmail", who="", body={"email": "{email}"}, outsider=200, nobody=200),
    Case(operation="GetUsersWithInvalidEmails", make=closed, after=opened, who="alice"),
    Case(
        operation="CreateTermsOfService",
        make=lambda world: {"text": f"Be kind, {world.number()} times."},
        who="alice",
        body={"text": "{text}"},
    ),
    Case(operation="GetTermsOfService", make=terms, outsider=200),
    Case(
        operation="RegisterTermsOfServiceAction",
        make=terms,
        body={"termsOfServiceId": "{terms_id}", "accepted": True},
    ),
    Case(operation="GetUserTermsOfService", make=accepted_terms),
    Case(operation="CreateBot", who="alice", body=lambda world: {"username": f"bot{world.number()}"}),
    Case(operation="GetBots", who="alice", make=bot),
    # To those who may not see bots none is there.
    Case(operation="GetBot", who="alice", make=bot, outsider=404),
    Case(operation="PatchBot", who="alice", make=bot, body={"display_name": "Robot"}, outsider=404),
    Case(operation="EnableBot", who="alice", make=bot, outsider=404),
    Case(operation="DisableBot", who="alice", make=bot, outsider=404),
    Case(operation="AssignBot", who="alice", make=bot, outsider=404),
    Case(operation="ConvertBotToUser", who="alice", make=bot, body={"password": "{password}"}, answer="User"),
    Case(operation="ConvertUserToBot", who="alice", make=new_user, answer="Bot"),
]
