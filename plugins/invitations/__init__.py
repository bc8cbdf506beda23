"""Invitations by mail, to a team and some of its channels, for users and for guests."""

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.mail import Mailer
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.tokens import OneTimeTokenService
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="invitations",
    version="0.1.0",
    name="Invitations",
    summary="Invitations to teams and channels by mail",
    requires=(UserService, TeamService, ChannelService, PermissionService, OneTimeTokenService),
    optional=(Mailer,),
)
