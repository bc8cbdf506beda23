"""`hubbub channel …` for admins."""

import click

from hubbub.core.contracts.channels import OPEN, PRIVATE, Channel
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import UserService
from hubbub.plugins.channels.service import Channels


def register(cli: click.Group, channels: Channels, teams: TeamService, users: UserService) -> None:
    """Add the commands."""

    @cli.group("channel")
    def channel() -> None:
        """Channels and their members."""

    @channel.command("create")
    @click.option("--team", required=True, help="The team's name in addresses.")
    @click.option("--name", required=True, help="Name in addresses: lower-case letters, digits, dashes.")
    @click.option("--display-name", required=True, help="Name that people see.")
    @click.option("--private", is_flag=True, help="Only members see it.")
    @click.option("--header", default="")
    @click.option("--purpose", default="")
    def create(team: str, name: str, display_name: str, private: bool, header: str, purpose: str) -> None:
        """Create a channel."""
        made = channels.create(
            Channel(
                id="",
                team_id=teams.get_by_name(team).id,
                type=PRIVATE if private else OPEN,
                name=name,
                display_name=display_name,
                header=header,
                purpose=purpose,
            )
        )
        click.echo(f"created channel {made.name} ({made.id})")

    @channel.command("add")
    @click.argument("team")
    @click.argument("channel_name")
    @click.argument("usernames", nargs=-1, required=True)
    def add(team: str, channel_name: str, usernames: tuple[str, ...]) -> None:
        """Add users to a channel of TEAM."""
        target = channels.get_by_name(teams.get_by_name(team).id, channel_name)
        for username in usernames:
            channels.add_member(target.id, users.get_by_username(username).id)
            click.echo(f"added {username} to {target.name}")

    @channel.command("list")
    @click.argument("team")
    def list_channels(team: str) -> None:
        """List the channels of TEAM."""
        team_id = teams.get_by_name(team).id
        for type in (OPEN, PRIVATE):
            for entry in channels.store.of_team(team_id, type, offset=0, limit=10_000):
                click.echo(f"{entry.id}  {entry.type}  {entry.name}  {entry.display_name}")

    @channel.command("archive")
    @click.argument("team")
    @click.argument("channel_name")
    def archive(team: str, channel_name: str) -> None:
        """Archive a channel of TEAM."""
        target = channels.get_by_name(teams.get_by_name(team).id, channel_name)
        channels.archive(target.id, actor_id="")
        click.echo(f"archived {target.name}")
