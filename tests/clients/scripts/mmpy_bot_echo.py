"""A bot as its documentation writes one: answers in the thread, in a direct message, and only when it is named."""

import asyncio
import json
import sys

from mmpy_bot import Bot, Message, Plugin, Settings, listen_to

asyncio.set_event_loop(asyncio.new_event_loop())  # newer interpreters make none by themselves
ASKED = json.load(sys.stdin)


class Echo(Plugin):
    """Say back what was said."""

    @listen_to("^echo (.+)$")
    async def echo(self, message: Message, text: str):
        """Answer below the message."""
        self.driver.reply_to(message, f"you said {text}")

    @listen_to("^whisper (.+)$")
    def whisper(self, message: Message, text: str):
        """Answer in a direct message, from a thread of the bot's pool."""
        self.driver.reply_to(message, f"between us: {text}", direct=True)

    @listen_to("^wake up$", needs_mention=True)
    async def wake(self, message: Message):
        """Answer only those who name the bot."""
        self.driver.create_post(message.channel_id, "I am awake")


settings = Settings(
    MATTERMOST_URL=f"http://{ASKED['host']}", MATTERMOST_PORT=ASKED["port"], BOT_TOKEN=ASKED["token"], BOT_TEAM="any"
)
Bot(settings=settings, plugins=[Echo()]).run()
