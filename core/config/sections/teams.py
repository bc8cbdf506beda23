"""Teams, people, guests and what they see of each other."""

from typing import Annotated

from hubbub.core.config.setting import Section, Setting


class TeamSettings(Section, frozen=True):
    """The site, its teams and its people."""

    SiteName: Annotated[
        str, Setting("Name of the site, shown when signing in", max_length=30, error="sitename_length")
    ] = "Mattermost"
    MaxUsersPerTeam: Annotated[
        int, Setting("People that a team can have, without deactivated accounts", minimum=1, error="max_users")
    ] = 50
    EnableJoinLeaveMessageByDefault: Annotated[bool, Setting("Show who joined and left a channel")] = True
    EnableUserCreation: Annotated[bool, Setting("Let people create accounts")] = True
    EnableOpenServer: Annotated[bool, Setting("Let people create an account without an invitation")] = False
    EnableUserDeactivation: Annotated[bool, Setting("Let people deactivate their own account")] = False
    RestrictCreationToDomains: Annotated[
        str, Setting("Mail domains that an account must have, separated by commas; empty is any")
    ] = ""
    EnableCustomUserStatuses: Annotated[bool, Setting("Let people set an emoji and a text as their status")] = True
    EnableCustomBrand: Annotated[bool, Setting("Show the site's own picture and text when signing in")] = False
    CustomBrandText: Annotated[str, Setting("Text beside the picture", long=True)] = ""
    CustomDescriptionText: Annotated[str, Setting("Description below the site's name", long=True)] = ""
    RestrictDirectMessage: Annotated[
        str,
        Setting(
            "With whom direct messages are possible: any or team",
            choices=("any", "team"),
            error="restrict_direct_message",
        ),
    ] = "any"
    EnableLastActiveTime: Annotated[bool, Setting("Show when somebody was last active")] = True
    UserStatusAwayTimeout: Annotated[
        int, Setting("Idle time after which somebody is away, in seconds", minimum=1, error="user_status_away_timeout")
    ] = 300
    MaxChannelsPerTeam: Annotated[int, Setting("Channels that a team can have", minimum=1, error="max_channels")] = 2000
    MaxNotificationsPerChannel: Annotated[
        int, Setting("Members up to which @channel, @here and @all notify", minimum=1, error="max_notify_per_channel")
    ] = 1000
    EnableConfirmNotificationsToChannel: Annotated[bool, Setting("Ask before a mention notifies many people")] = True
    TeammateNameDisplay: Annotated[
        str,
        Setting(
            "How people are named: username, nickname_full_name or full_name",
            choices=("username", "nickname_full_name", "full_name"),
            error="teammate_name_display",
        ),
    ] = "username"
    ExperimentalViewArchivedChannels: Annotated[bool, Setting("Let people read archived channels")] = True
    ExperimentalEnableAutomaticReplies: bool = False
    LockTeammateNameDisplay: Annotated[bool, Setting("Do not let people choose how others are named")] = False
    ExperimentalPrimaryTeam: Annotated[str, Setting("Team that everybody belongs to, by its name in addresses")] = ""
    ExperimentalDefaultChannels: Annotated[
        tuple[str, ...], Setting("Channels that everybody joins with a team, beside town-square")
    ] = ()

    @property
    def shown_site_name(self) -> str:
        """What the site is called; the default of existing configurations is another product's name."""
        return "Hubbub" if self.SiteName in ("", "Mattermost") else self.SiteName


class PrivacySettings(Section, frozen=True):
    """What people see of each other."""

    ShowEmailAddress: Annotated[bool, Setting("Show people's mail addresses to others")] = True
    ShowFullName: Annotated[bool, Setting("Show people's full names to others")] = True
    UseAnonymousURLs: bool = False


class GuestAccountsSettings(Section, frozen=True):
    """Guests."""

    Enable: Annotated[bool, Setting("Let guests be invited to single channels")] = False
    HideTags: Annotated[bool, Setting("Do not mark guests as such")] = False
    AllowEmailAccounts: Annotated[bool, Setting("Let guests sign in with mail address and password")] = True
    EnforceMultifactorAuthentication: Annotated[bool, Setting("Require a one-time code of guests")] = False
    RestrictCreationToDomains: Annotated[
        str, Setting("Mail domains that guests must have, separated by commas; empty is any")
    ] = ""
    EnableGuestMagicLink: Annotated[
        bool, Setting("Let guests be invited without a password: they sign in by links that they get by mail")
    ] = False


class WranglerSettings(Section, frozen=True):
    """Moving threads between channels."""

    PermittedWranglerRoles: tuple[str, ...] = ()
    AllowedEmailDomain: tuple[str, ...] = ()
    MoveThreadMaxCount: int = 100
    MoveThreadToAnotherTeamEnable: bool = False
    MoveThreadFromPrivateChannelEnable: bool = False
    MoveThreadFromDirectMessageChannelEnable: bool = False
    MoveThreadFromGroupMessageChannelEnable: bool = False
