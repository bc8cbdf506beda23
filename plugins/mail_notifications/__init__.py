"""Notifications by mail: about one post at once, or about several in one mail. Owns the table hb_mail_waiting."""

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.mail import Mailer
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.posts import PostService
from hubbub.core.contracts.preferences import PreferenceService
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="mail_notifications",
    version="0.1.0",
    name="Notifications by mail",
    summary="Mails people the posts that they want to be told of, one by one or together",
    requires=(UserService, ChannelService, PostService, PreferenceService),
    optional=(Mailer,),
)
