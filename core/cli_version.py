"""`hubbub version`."""

import click

import hubbub


@click.command("version")
def command() -> None:
    """Show the version."""
    click.echo(f"Hubbub {hubbub.__version__}")
