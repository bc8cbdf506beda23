"""Operations on teams' own commands."""

from typing import Final

import msgspec

from hubbub.core.contracts.commands import Command
from hubbub.core.contracts.errors import BadRequest, InvalidBodyParam, InvalidUrlParam, NotImplementedYet
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import UserService
from hubbub.core.http import OK, Request, Router
from hubbub.core.ids import is_valid_id
from hubbub.plugins.commands.autocomplete import Autocomplete
from hubbub.plugins.commands.service import CommandNotFound, CustomCommands

OWN: Final = Permission.MANAGE_OWN_SLASH_COMMANDS
OTHERS: Final = Permission.MANAGE_OTHERS_SLASH_COMMANDS


class MoveBody(msgspec.Struct):
    team_id: str = ""


class CommandsAreOff(NotImplementedYet):
    id = "api.command.disabled.app_error"
    message = "Commands of teams are turned off on this server (ServiceSettings.EnableCommands)."


class CommandRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, commands: CustomCommands, autocomplete: Autocomplete) -> None:
        self._config = context.config_store
        self._permissions = context.service(PermissionService)
        self._teams = context.service(TeamService)
        self._users = context.service(UserService)
        self._commands = commands
        self._autocomplete = autocomplete

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.post("/api/v4/commands", self.create, status=201)
        router.get("/api/v4/commands", self.list)
        router.get("/api/v4/commands/{command_id}", self.get)
        router.put("/api/v4/commands/{command_id}", self.update)
        router.delete("/api/v4/commands/{command_id}", self.delete)
        router.put("/api/v4/commands/{command_id}/move", self.move)
        router.put("/api/v4/commands/{command_id}/regen_token", self.regenerate_token)

    def _require_on(self) -> None:
        if not self._config.current.ServiceSettings.EnableCommands:
            raise CommandsAreOff

    def _manageable(self, session: Session, command_id: str) -> Command:
        """Return a command that the session may change.

        SECURITY: who may manage none in its team isn't told that there is one.
        """
        self._require_on()
        command = self._commands.get(command_id)
        if not self._permissions.has_team(session, command.team_id, OWN):
            raise CommandNotFound
        if command.creator_id != session.user_id:
            self._permissions.require_team(session, command.team_id, OTHERS)
        return command

    def create(self, req: Request) -> object:
        """POST /commands."""
        self._require_on()
        command = req.read(Command, name="command")
        if not is_valid_id(command.team_id):
            raise InvalidBodyParam("team_id")
        self._permissions.require_team(req.session, command.team_id, OWN)
        if command.creator_id and command.creator_id != req.user_id:
            self._permissions.require_team(req.session, command.team_id, OTHERS)
            self._users.get(command.creator_id)
        command.creator_id = command.creator_id or req.user_id
        return self._commands.create(command)

    def list(self, req: Request) -> object:
        """GET /commands: a team's own (`custom_only`), or all that can be completed there."""
        team_id = req.query("team_id")
        if not is_valid_id(team_id):
            raise InvalidUrlParam("team_id")
        session = req.session
        self._permissions.require_team(session, team_id, Permission.VIEW_TEAM)
        may_manage = self._permissions.has_team(session, team_id, OWN)
        custom_only = req.query_bool("custom_only")
        if custom_only:
            self._require_on()
            self._permissions.require_team(session, team_id, OWN)
        if not may_manage:
            return self._autocomplete.commands(team_id)
        every = self._permissions.has_team(session, team_id, OTHERS)
        on = self._config.current.ServiceSettings.EnableCommands
        of_team = self._commands.of_team(team_id) if on else []
        own = [one for one in of_team if every or one.creator_id == req.user_id]
        return own if custom_only else [*self._autocomplete.of_plugins(), *own]

    def get(self, req: Request, command_id: str) -> object:
        """GET /commands/{command_id}."""
        return self._manageable(req.session, command_id)

    def update(self, req: Request, command_id: str) -> object:
        """PUT /commands/{command_id}."""
        wanted = req.read(Command, name="command")
        if wanted.id != command_id:
            raise InvalidBodyParam("command")
        old = self._manageable(req.session, command_id)
        if wanted.team_id != old.team_id:
            raise BadRequest(
                "A command is given to another team by its move operation.", id="api.command.team_mismatch.app_error"
            )
        return self._commands.update(old, wanted)

    def delete(self, req: Request, command_id: str) -> object:
        """DELETE /commands/{command_id}."""
        self._commands.delete(self._manageable(req.session, command_id))
        return OK

    def move(self, req: Request, command_id: str) -> object:
        """PUT /commands/{command_id}/move."""
        team_id = req.read(MoveBody, name="team_id").team_id
        if not is_valid_id(team_id):
            raise InvalidBodyParam("team_id")
        self._permissions.require_team(req.session, self._teams.get(team_id).id, OWN)
        command = self._manageable(req.session, command_id)
        creator = self._users.get(command.creator_id)
        as_creator = Session(id="", token="", user_id=creator.id, roles=creator.roles)
        if not self._permissions.has_team(as_creator, team_id, OWN):
            raise BadRequest(
                "The command's creator may not manage commands in that team.",
                id="api.command.move_command.creator_no_permission.app_error",
            )
        self._commands.move(command, team_id)
        return OK

    def regenerate_token(self, req: Request, command_id: str) -> object:
        """PUT /commands/{command_id}/regen_token."""
        return {"token": self._commands.regenerate_token(self._manageable(req.session, command_id)).token}
