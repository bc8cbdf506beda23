"""Mobile push: tells a push proxy what the phones of people who are to be told shall show.

Owns hb_push_queue, where a push waits until it is sent, for an hour at most: one that comes later is worse than none.
"""

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.installation import InstallationService
from hubbub.core.contracts.notifications import NotificationService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.push import PushService
from hubbub.core.contracts.sessions import SessionService
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="push_notifications",
    version="0.1.0",
    name="Push notifications",
    summary="Sends notifications to mobile apps through a push proxy, hosted or your own",
    provides=(PushService,),
    requires=(UserService, ChannelService, SessionService, InstallationService),
    optional=(NotificationService,),
)
