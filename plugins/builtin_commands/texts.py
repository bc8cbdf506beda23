"""Commands that post a text in another form: /me, /shrug, /code, /echo."""

import re
from typing import Final

import gevent

from hubbub.core.contracts.commands import CommandResponse
from hubbub.core.contracts.posts import Post, require_create_post
from hubbub.core.contracts.users import UserNotFound
from hubbub.plugins.builtin_commands.kit import Builtin, Call, Refused, builtin

SHRUG: Final = r"¯\\\_(ツ)\_/¯"
MAX_DELAY_S: Final = 600
MAX_WAITING: Final = 100
_ECHO: Final = re.compile(r'\s*(?:"(?P<quoted>.*)"|(?P<bare>.*?))(?:\s+(?P<delay>\d+))?\s*', re.DOTALL)


def me(call: Call) -> CommandResponse:
    """/me: what somebody does."""
    if not call.rest:
        raise Refused("Say what you do: /me waves")
    return CommandResponse(response_type="in_channel", type="me", text=f"*{call.rest}*", props={"message": call.rest})


def shrug(call: Call) -> CommandResponse:
    """/shrug: a text with a shrug at its end."""
    return CommandResponse(response_type="in_channel", text=f"{call.rest} {SHRUG}".strip())


def code(call: Call) -> CommandResponse:
    """/code: a text as it is."""
    # Spaces at the beginning of the first line belong to the code.
    text = call.args.command.partition(" ")[2].rstrip()
    if not text.strip():
        raise Refused("Give the text to show as code: /code x = 1")
    return CommandResponse(response_type="in_channel", text="\n".join(f"    {line}" for line in text.split("\n")))


class Echo:
    """/echo: a text, some seconds later. One that waits when the server stops is lost."""

    def __init__(self) -> None:
        self._waiting = 0

    def run(self, call: Call) -> CommandResponse:
        """Post now, or later."""
        match = _ECHO.fullmatch(call.rest)
        text = (match["quoted"] or match["bare"] or "").strip() if match else ""
        delay = int(((match and match["delay"]) or "0")[:9])
        if not text:
            raise Refused('Give a text and seconds: /echo "coffee is ready" 30')
        if delay > MAX_DELAY_S:
            raise Refused("The delay is {most} seconds at most; /remind reminds later.", most=MAX_DELAY_S)
        if not delay:
            return CommandResponse(response_type="in_channel", text=text)
        if self._waiting >= MAX_WAITING:
            raise Refused("Too many echoes wait already. Please try again in a moment.")
        self._waiting += 1
        gevent.spawn_later(delay, call.context.tasks.submit, self._post, call, text)
        return CommandResponse()

    def _post(self, call: Call, text: str) -> None:
        self._waiting -= 1
        # SECURITY: whoever may not post there any more doesn't by an echo.
        try:
            call.session.roles = call.users.get(call.user.id).roles
        except UserNotFound:
            return
        require_create_post(call.permissions, call.channels, call.session, call.channel.id)
        args = call.args
        post = Post(user_id=args.user_id, channel_id=args.channel_id, root_id=args.root_id, message=text)
        call.posts.create(post, session=call.session)


def commands() -> list[Builtin]:
    """Return the commands of this file."""
    return [
        builtin(me, "me", "[message]", "Say what you do"),
        builtin(shrug, "shrug", "[message]", "Add a shrug to your message"),
        builtin(code, "code", "[text]", "Show a text as it is, in a block of code"),
        builtin(Echo().run, "echo", '"message" [delay in seconds]', "Say something, now or some seconds later"),
    ]
