"""A team whose people are notified by mail, through a real mail server."""

from typing import Any

import pytest

from hubbub.core.contracts.notifications import MENTION, Notification
from hubbub.tests.plugins.mail_smtp.conftest import SITE, make_mailing
from hubbub.tests.plugins.posts.world import ONLY, Talk, database

__all__ = ["database", "make_mailing"]
MAILING = (*ONLY, "threads", "mail_smtp", "mail_notifications")


class Mailing(Talk):
    """People, and notifications as the plugin that decides about them would hand them over."""

    def instance(self) -> Any:
        """Return the plugin."""
        return self.server.app.plugins.instance("mail_notifications")

    def notify(self, post: Any, *readers: Any, reason: str = MENTION, **fields: Any) -> None:
        """Have readers told of a post by alice or bob, and wait until the mails are sent."""
        from hubbub.core.contracts.channels import ChannelService
        from hubbub.core.contracts.posts import PostService
        from hubbub.core.contracts.teams import TeamService
        from hubbub.core.contracts.users import UserService

        services = self.server.app.services
        users = services.get(UserService)
        stored = services.get(PostService).get_many([post["id"]])[post["id"]]
        channel = services.get(ChannelService).get(stored.channel_id)
        sender = users.get(stored.user_id)
        team = services.get(TeamService).get(channel.team_id) if channel.team_id else None
        told = [
            Notification(
                user=users.get(reader.id),
                post=stored,
                channel=channel,
                sender=sender,
                reason=reason,
                sender_name=f"@{sender.username}",
                channel_name=channel.display_name,
                team=team,
                link=f"{SITE}/crew/pl/{stored.id}",
                **fields,
            )
            for reader in readers
        ]
        self.instance().notifier.notify_many(told)
        self.server.settle()

    def pass_time(self) -> None:
        """Let the time come at which what waits is sent, and send it."""
        self.server.app.db.execute("UPDATE {hb_mail_waiting} SET dueat = dueat - 3600000")
        self.instance().digests.run()
        self.server.settle()

    def waiting(self) -> int:
        """Return how many notifications wait."""
        return int(self.server.app.db.fetch_value("SELECT COUNT(*) FROM {hb_mail_waiting}"))


@pytest.fixture
def make_talk(make_mailing: Any, database: Any) -> Any:
    """Return `make(**EmailSettings)`."""

    def make(only: tuple[str, ...] = MAILING, **email: Any) -> Mailing:
        server = make_mailing(database, only, email)
        server.app.tasks.cancel_owned_by("mail_notifications")
        return Mailing(server, "Correct-horse-9")

    return make
