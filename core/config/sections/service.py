"""How the server is reached, sessions, integrations and what users may do with posts."""

from typing import Annotated

from hubbub.core.config.setting import Section, Setting


class ServiceSettings(Section, frozen=True):
    """How the server is reached and what people and integrations may do."""

    SiteURL: Annotated[str, Setting("Address people type to reach the server, like https://chat.example.com")] = ""
    WebsocketURL: Annotated[str, Setting("Address of the WebSocket if it differs from the site's")] = ""
    LicenseFileLocation: str = ""
    ListenAddress: Annotated[
        str, Setting('Address and port to listen on; ":8065" is every interface', restart=True)
    ] = ":8065"
    ConnectionSecurity: Annotated[
        str,
        Setting(
            "TLS when the server itself terminates TLS, empty behind a proxy",
            restart=True,
            choices=("", "TLS"),
            error="webserver_security",
        ),
    ] = ""
    TLSCertFile: Annotated[str, Setting("Certificate file (PEM) for TLS", restart=True)] = ""
    TLSKeyFile: Annotated[str, Setting("Private key file (PEM) for TLS", restart=True)] = ""
    TLSMinVer: Annotated[
        str, Setting("Oldest TLS version accepted", restart=True, choices=("1.0", "1.1", "1.2", "1.3"))
    ] = "1.2"
    TLSStrictTransport: Annotated[bool, Setting("Send the Strict-Transport-Security header")] = False
    TLSStrictTransportMaxAge: Annotated[
        int, Setting("How long browsers remember to use TLS only, in seconds", minimum=0)
    ] = 63072000
    TLSOverwriteCiphers: tuple[str, ...] = ()
    UseLetsEncrypt: bool = False
    LetsEncryptCertificateCacheFile: str = "./config/letsencrypt.cache"
    Forward80To443: bool = False
    TrustedProxyIPHeader: Annotated[
        tuple[str, ...],
        Setting("Headers from which a trusted proxy's client address is taken, first one that is there wins"),
    ] = ()
    ReadTimeout: Annotated[
        int, Setting("Longest time to read a request, in seconds", restart=True, minimum=1, error="read_timeout")
    ] = 300
    WriteTimeout: Annotated[
        int, Setting("Longest time to send an answer, in seconds", restart=True, minimum=1, error="write_timeout")
    ] = 300
    IdleTimeout: Annotated[
        int, Setting("How long an idle connection stays open, in seconds", restart=True, minimum=0)
    ] = 60
    MaximumLoginAttempts: Annotated[
        int,
        Setting(
            "Failed sign-ins before an account is locked until its password is reset", minimum=1, error="login_attempts"
        ),
    ] = 10
    GoroutineHealthThreshold: int = -1
    EnableOAuthServiceProvider: Annotated[
        bool, Setting("Let other applications sign in with accounts of this server")
    ] = True
    EnableDynamicClientRegistration: bool = False
    DCRRedirectURIAllowlist: tuple[str, ...] = ()
    EnableIncomingWebhooks: Annotated[bool, Setting("Accept messages sent to webhook addresses")] = True
    EnableOutgoingWebhooks: Annotated[bool, Setting("Send messages that match a rule to other servers")] = True
    EnableOutgoingOAuthConnections: Annotated[
        bool,
        Setting("Send access tokens with outgoing webhooks and slash commands to the servers that connections name"),
    ] = False
    EnableCommands: Annotated[bool, Setting("Allow custom slash commands")] = True
    OutgoingIntegrationRequestsTimeout: Annotated[
        int,
        Setting(
            "Longest time an integration may take to answer, in seconds",
            minimum=1,
            error="outgoing_integrations_request_timeout",
        ),
    ] = 30
    EnablePostUsernameOverride: Annotated[bool, Setting("Let webhooks and commands post under a name of their own")] = (
        False
    )
    EnablePostIconOverride: Annotated[bool, Setting("Let webhooks and commands post with a picture of their own")] = (
        False
    )
    GoogleDeveloperKey: str = ""
    EnableLinkPreviews: Annotated[bool, Setting("Fetch linked pages to show a preview")] = True
    EnablePermalinkPreviews: Annotated[bool, Setting("Show the message that a link of this site points to")] = True
    RestrictLinkPreviews: Annotated[str, Setting("Domains that are never previewed, separated by commas")] = ""
    EnableTesting: Annotated[bool, Setting("Allow the test commands that fill a server with sample data")] = False
    EnableDeveloper: Annotated[bool, Setting("Show developers details that users should not see")] = False
    DeveloperFlags: str = ""
    EnableClientPerformanceDebugging: bool = False
    EnableSecurityFixAlert: bool = True
    EnableInsecureOutgoingConnections: Annotated[
        bool, Setting("Accept certificates that cannot be verified on outgoing connections")
    ] = False
    AllowedUntrustedInternalConnections: Annotated[
        str, Setting("Internal hosts, addresses or networks that integrations may reach, separated by spaces")
    ] = ""
    EnableMultifactorAuthentication: Annotated[
        bool, Setting("Let people protect their account with a one-time code")
    ] = False
    EnforceMultifactorAuthentication: Annotated[
        bool, Setting("Require a one-time code of everybody who signs in with a password or LDAP")
    ] = False
    EnableUserAccessTokens: Annotated[bool, Setting("Let people with the permission create personal access tokens")] = (
        False
    )
    AllowCorsFrom: Annotated[
        str, Setting("Origins that may call the API from a browser, separated by spaces; * is any")
    ] = ""
    CorsExposedHeaders: Annotated[str, Setting("Response headers that pages of other origins may read")] = ""
    CorsAllowCredentials: Annotated[bool, Setting("Let pages of other origins send cookies")] = False
    CorsDebug: bool = False
    AllowCookiesForSubdomains: Annotated[bool, Setting("Set cookies for subdomains of the site too")] = False
    ExtendSessionLengthWithActivity: Annotated[
        bool, Setting("Use of the server prolongs a session", existing=False)
    ] = True
    TerminateSessionsOnPasswordChange: Annotated[
        bool, Setting("End all other sessions when the password changes", existing=False)
    ] = True
    SessionLengthWebInDays: Annotated[int, Setting(existing=180)] = 30
    SessionLengthWebInHours: Annotated[
        int,
        Setting("How long a session in a browser lasts, in hours", existing=4320, minimum=1, error="session_length"),
    ] = 720
    SessionLengthMobileInDays: Annotated[int, Setting(existing=180)] = 30
    SessionLengthMobileInHours: Annotated[
        int,
        Setting(
            "How long a session of the mobile apps lasts, in hours", existing=4320, minimum=1, error="session_length"
        ),
    ] = 720
    SessionLengthSSOInDays: int = 30
    SessionLengthSSOInHours: Annotated[
        int, Setting("How long a session opened by single sign-on lasts, in hours", minimum=1, error="session_length")
    ] = 720
    SessionCacheInMinutes: Annotated[int, Setting("How long a session is kept in memory, in minutes", minimum=0)] = 10
    SessionIdleTimeoutInMinutes: Annotated[
        int, Setting("Idle time after which a session ends, in minutes; 0 is never", minimum=0)
    ] = 43200
    WebsocketSecurePort: Annotated[
        int, Setting("Port of the WebSocket over TLS, told to clients", minimum=1, maximum=65535)
    ] = 443
    WebsocketPort: Annotated[
        int, Setting("Port of the WebSocket without TLS, told to clients", minimum=1, maximum=65535)
    ] = 80
    WebserverMode: Annotated[str, Setting(choices=("gzip", "uncompressed", "disabled", "regular"))] = "gzip"
    EnableGifPicker: Annotated[bool, Setting("Show the GIF picker")] = True
    GiphySdkKey: str = ""
    EnableCustomEmoji: Annotated[bool, Setting("Let people add their own emoji")] = True
    EnableEmojiPicker: Annotated[bool, Setting("Show the emoji picker")] = True
    PostEditTimeLimit: Annotated[
        int, Setting("How long a message may be edited, in seconds; -1 is for ever", minimum=-1)
    ] = -1
    TimeBetweenUserTypingUpdatesMilliseconds: Annotated[
        int,
        Setting(
            'Shortest time between two "is typing" notices of one person, in milliseconds',
            minimum=1000,
            error="time_between_user_typing",
        ),
    ] = 5000
    EnableCrossTeamSearch: bool = True
    EnablePostSearch: Annotated[bool, Setting("Let people search messages")] = True
    EnableFileSearch: Annotated[bool, Setting("Let people search files")] = True
    MinimumHashtagLength: Annotated[int, Setting("Shortest hashtag, in characters", minimum=2)] = 3
    EnableUserTypingMessages: Annotated[bool, Setting("Show who is typing")] = True
    EnableChannelViewedMessages: Annotated[bool, Setting("Tell a person's other devices which channel was read")] = True
    EnableUserStatuses: Annotated[bool, Setting("Show who is online")] = True
    ExperimentalEnableAuthenticationTransfer: bool = True
    ClusterLogTimeoutMilliseconds: int = 2000
    EnableTutorial: Annotated[bool, Setting("Show new people around")] = True
    EnableOnboardingFlow: bool = True
    ExperimentalEnableDefaultChannelLeaveJoinMessages: bool = True
    ExperimentalGroupUnreadChannels: Annotated[
        str, Setting(choices=("disabled", "default_on", "default_off"), error="group_unread_channels")
    ] = "disabled"
    EnableAPITeamDeletion: Annotated[bool, Setting("Let the API delete a team for good")] = False
    EnableAPITriggerAdminNotifications: bool = False
    EnableAPIUserDeletion: Annotated[bool, Setting("Let the API delete a person for good")] = False
    EnableAPIPostDeletion: Annotated[bool, Setting("Let the API delete a message for good")] = False
    EnableDesktopLandingPage: bool = True
    MinimumDesktopAppVersion: str = ""
    ExperimentalEnableHardenedMode: Annotated[bool, Setting("Refuse a few things that only risky clients need")] = False
    ExperimentalStrictCSRFEnforcement: Annotated[
        bool, Setting("Require the CSRF token even where X-Requested-With is sent")
    ] = False
    EnableEmailInvitations: Annotated[bool, Setting("Let people invite others by mail", existing=True)] = False
    DisableBotsWhenOwnerIsDeactivated: Annotated[bool, Setting("Turn a person's bots off along with the account")] = (
        True
    )
    EnableBotAccountCreation: Annotated[bool, Setting("Let people with the permission create bots")] = False
    EnableSVGs: Annotated[bool, Setting("Show SVG pictures", existing=True)] = False
    EnableLatex: Annotated[bool, Setting("Show LaTeX code as formulas", existing=True)] = False
    EnableInlineLatex: Annotated[bool, Setting("Show LaTeX inside a line as formulas")] = True
    PostPriority: Annotated[bool, Setting("Let people mark a message as important or urgent")] = True
    AllowPersistentNotifications: Annotated[
        bool, Setting("Let people have urgent messages notify again until they are answered")
    ] = True
    AllowPersistentNotificationsForGuests: bool = False
    PersistentNotificationIntervalMinutes: Annotated[
        int,
        Setting(
            "Time between two repeated notifications, in minutes", minimum=2, error="persistent_notifications_interval"
        ),
    ] = 5
    PersistentNotificationMaxCount: Annotated[
        int, Setting("How often an urgent message notifies at most", minimum=1, error="persistent_notifications_count")
    ] = 6
    PersistentNotificationMaxRecipients: Annotated[
        int,
        Setting(
            "People an urgent message may notify repeatedly", minimum=1, error="persistent_notifications_recipients"
        ),
    ] = 5
    EnableBurnOnRead: bool = True
    BurnOnReadDurationSeconds: int = 600
    BurnOnReadMaximumTimeToLiveSeconds: int = 604800
    BurnOnReadSchedulerFrequencySeconds: int = 600
    EnableAPIChannelDeletion: Annotated[bool, Setting("Let the API delete a channel for good")] = False
    EnableLocalMode: Annotated[
        bool, Setting("Serve administrators over a Unix socket without signing in", restart=True)
    ] = False
    LocalModeSocketLocation: Annotated[str, Setting("Path of that socket", restart=True)] = (
        "/var/tmp/mattermost_local.socket"  # nosec B108  # that server's default; nothing listens there
    )
    EnableAWSMetering: bool = False
    AWSMeteringTimeoutSeconds: int = 30
    SplitKey: Annotated[str, Setting(secret=True)] = ""
    FeatureFlagSyncIntervalSeconds: int = 30
    DebugSplit: bool = False
    ThreadAutoFollow: Annotated[bool, Setting("People follow the threads that they answer")] = True
    CollapsedThreads: Annotated[
        str,
        Setting(
            "Whether replies are shown as threads: always_on, default_on, default_off or disabled",
            choices=("disabled", "default_off", "default_on", "always_on"),
            error="collapsed_threads",
        ),
    ] = "always_on"
    ManagedResourcePaths: str = ""
    EnableCustomGroups: Annotated[bool, Setting("Let people make groups that can be mentioned")] = True
    AllowSyncedDrafts: Annotated[bool, Setting("Keep drafts on the server so that all devices show them")] = True
    UniqueEmojiReactionLimitPerPost: Annotated[
        int, Setting("Different emoji that one message can carry", minimum=0, maximum=500)
    ] = 50
    RefreshPostStatsRunTime: str = "00:00"
    MaximumPayloadSizeBytes: Annotated[
        int, Setting("Largest JSON body accepted, in bytes", minimum=1, error="max_payload_size")
    ] = 300000
    MaximumURLLength: Annotated[
        int, Setting("Longest address of a request, in bytes", minimum=1, error="max_url_length")
    ] = 2048
    ScheduledPosts: Annotated[bool, Setting("Let people write now and send later")] = True
    EnableWebHubChannelIteration: bool = False
    FrameAncestors: Annotated[str, Setting("Sites that may show this one in a frame, separated by spaces")] = ""
    DeleteAccountLink: str = ""
