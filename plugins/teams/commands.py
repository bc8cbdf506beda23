"""`hubbub team …` for admins."""

import click

from hubbub.core.contracts.teams import Team
from hubbub.core.contracts.users import UserService
from hubbub.plugins.teams.service import Teams


def register(cli: click.Group, teams: Teams, users: UserService) -> None:
    """Add the commands."""

    @cli.group("team")
    def team() -> None:
        """Teams and their members."""

    @team.command("create")
    @click.option("--name", required=True, help="Name in addresses: lower-case letters, digits, dashes.")
    @click.option("--display-name", required=True, help="Name that people see.")
    @click.option("--private", is_flag=True, help="By invitation only.")
    @click.option("--email", default="", help="Address of who looks after the team.")
    def create(name: str, display_name: str, private: bool, email: str) -> None:
        """Create a team."""
        made = teams.create(
            Team(
                id="",
                name=name,
                display_name=display_name,
                type="I" if private else "O",
                allow_open_invite=not private,
                email=email,
            )
        )
        click.echo(f"created team {made.name} ({made.id})")

    @team.command("add")
    @click.argument("team")
    @click.argument("usernames", nargs=-1, required=True)
    def add(team: str, usernames: tuple[str, ...]) -> None:
        """Add users to TEAM (its name in addresses)."""
        target = teams.get_by_name(team)
        for username in usernames:
            teams.add_member(target.id, users.get_by_username(username).id)
            click.echo(f"added {username} to {target.name}")

    @team.command("list")
    def list_teams() -> None:
        """List the teams that aren't archived."""
        for entry in teams.store.all(public_only=False, private_only=False, offset=0, limit=10_000):
            click.echo(f"{entry.id}  {entry.name}  {entry.display_name}")
