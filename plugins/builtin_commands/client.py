"""Commands about the client itself: /help, /settings, /search, /shortcuts, /collapse, /expand, /logout."""

from hubbub.core import json
from hubbub.core.contracts.commands import CommandResponse, SlashCommand
from hubbub.core.contracts.preferences import Preference
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.plugins.builtin_commands.kit import Builtin, Call, builtin, go_to, only_for_you


def settings(call: Call) -> CommandResponse:
    """/settings: clients that know the command open their own; others hear where those are."""
    return only_for_you("Your settings are behind your picture, or behind the gear.")


def search(call: Call) -> CommandResponse:
    """/search: clients that know the command search; others hear how."""
    return only_for_you("Type what you look for into the search field at the top.")


def shortcuts(call: Call) -> CommandResponse:
    """/shortcuts: clients that know the command list their keys; others have none."""
    return only_for_you("Press Ctrl+/ (on a Mac ⌘/) for a list of keys, where there is a keyboard.")


def _previews(call: Call, collapsed: bool) -> CommandResponse:
    preference = Preference(
        user_id=call.user.id,
        category="display_settings",
        name="collapse_previews",
        value="true" if collapsed else "false",
    )
    call.preferences.save(call.user.id, [preference])
    audience = Broadcast(user_id=call.user.id)
    data = {"preference": json.encode_str(preference)}
    call.context.publish(Event(name="preference_changed", data=data, broadcast=audience))
    state = "collapsed" if collapsed else "shown"
    return only_for_you(f"Pictures and previews are {state} from now on.")


def collapse(call: Call) -> CommandResponse:
    """/collapse: pictures and previews are closed at first."""
    return _previews(call, True)


def expand(call: Call) -> CommandResponse:
    """/expand: pictures and previews are open at first."""
    return _previews(call, False)


def logout(call: Call) -> CommandResponse:
    """/logout: end the session of this client."""
    if call.args.session_id:
        call.sessions.revoke_by_id(call.args.session_id, user_id=call.user.id)
    return go_to("/login")


class Help:
    """/help: what there is."""

    def __init__(self, others: list[Builtin]) -> None:
        self._lines = [f"- `{' '.join((f'/{c.trigger}', c.hint)).strip()}`: {c.description}" for c in _by_name(others)]

    def run(self, call: Call) -> CommandResponse:
        """List the commands of this plugin, and where there is more."""
        link = str(call.config.SupportSettings.HelpLink or "")
        more = f"\n\nMore help: {link}" if link else ""
        return only_for_you("\n".join(["Commands that every team has:", "", *self._lines]) + more)


def _by_name(builtins: list[Builtin]) -> list[SlashCommand]:
    return sorted((one.command for one in builtins), key=lambda command: command.trigger)


def commands() -> list[Builtin]:
    """Return the commands of this file, but for /help."""
    return [
        builtin(settings, "settings", "", "Open your settings"),
        builtin(search, "search", "[text]", "Search messages"),
        builtin(shortcuts, "shortcuts", "", "List the keys"),
        builtin(collapse, "collapse", "", "Collapse pictures and previews"),
        builtin(expand, "expand", "", "Show pictures and previews"),
        builtin(logout, "logout", "", "Sign out"),
    ]


def help_command(others: list[Builtin]) -> Builtin:
    """Return /help on these commands."""
    return builtin(Help(others).run, "help", "", "List the commands")
