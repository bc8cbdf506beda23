"""`hubbub help`: every command there is."""

import click


@click.command("help")
@click.pass_context
def command(ctx: click.Context) -> None:
    """List every command, those of plugins too."""
    from hubbub.core.cli_app import plugin_commands

    root = ctx.find_root()
    click.echo(root.get_help())
    commands = plugin_commands(ctx)
    if not commands:
        return
    formatter = ctx.make_formatter()
    with formatter.section("Commands of plugins"):
        formatter.write_dl([(name, commands[name].get_short_help_str()) for name in sorted(commands)])
    click.echo("\n" + formatter.getvalue().rstrip())
