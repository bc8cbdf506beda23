"""Mail and push notifications."""

from typing import Annotated

from hubbub.core.config.setting import Section, Setting


class EmailSettings(Section, frozen=True):
    """Mail, push notifications and signing in with mail addresses."""

    EnableSignUpWithEmail: Annotated[bool, Setting("Let people create an account with a mail address")] = True
    EnableSignInWithEmail: Annotated[bool, Setting("Let people sign in with their mail address")] = True
    EnableSignInWithUsername: Annotated[bool, Setting("Let people sign in with their user name")] = True
    SendEmailNotifications: Annotated[bool, Setting("Send notifications by mail")] = True
    UseChannelInEmailNotifications: bool = False
    RequireEmailVerification: Annotated[
        bool, Setting("Require that a mail address is confirmed before the first sign-in")
    ] = False
    FeedbackName: Annotated[str, Setting("Name that mails come from")] = ""
    FeedbackEmail: Annotated[str, Setting("Address that mails come from")] = "test@example.com"
    ReplyToAddress: Annotated[str, Setting("Address that answers go to")] = "test@example.com"
    FeedbackOrganization: Annotated[str, Setting("Name and postal address in the foot of mails")] = ""
    EnableSMTPAuth: Annotated[bool, Setting("Sign in at the mail server")] = False
    SMTPUsername: Annotated[str, Setting("User name at the mail server")] = ""
    SMTPPassword: Annotated[str, Setting("Password at the mail server", secret=True)] = ""
    SMTPServer: Annotated[str, Setting("Host of the mail server")] = "localhost"
    SMTPPort: Annotated[str, Setting("Port of the mail server")] = "10025"
    SMTPServerTimeout: Annotated[int, Setting("Longest time the mail server may take, in seconds", minimum=1)] = 10
    ConnectionSecurity: Annotated[
        str,
        Setting(
            "How to talk to the mail server: empty, TLS or STARTTLS",
            choices=("", "PLAIN", "TLS", "STARTTLS"),
            error="email_security",
        ),
    ] = ""
    SendPushNotifications: Annotated[bool, Setting("Send notifications to the mobile apps", existing=False)] = True
    PushNotificationServer: Annotated[str, Setting("Address of the push proxy", existing="")] = (
        "https://push-test.mattermost.com"
    )
    PushNotificationContents: Annotated[
        str,
        Setting(
            "What a push says: generic_no_channel, generic, full or id_loaded",
            choices=("generic_no_channel", "generic", "full", "id_loaded"),
        ),
    ] = "full"
    PushNotificationBuffer: Annotated[int, Setting("Push notifications that may wait to be sent", minimum=1)] = 1000
    EnableEmailBatching: Annotated[bool, Setting("Collect notifications into one mail")] = False
    EmailBatchingBufferSize: Annotated[
        int, Setting("Notifications that may wait for a mail", minimum=1, error="email_batching_buffer_size")
    ] = 256
    EmailBatchingInterval: Annotated[
        int, Setting("Time between two collected mails, in seconds", minimum=30, error="email_batching_interval")
    ] = 30
    EnablePreviewModeBanner: bool = True
    SkipServerCertificateVerification: Annotated[bool, Setting("Accept a mail server's certificate unchecked")] = False
    EmailNotificationContentsType: Annotated[
        str,
        Setting(
            "What a mail says: full or generic", choices=("full", "generic"), error="email_notification_contents_type"
        ),
    ] = "full"
    LoginButtonColor: str = "#0000"
    LoginButtonBorderColor: str = "#2389D7"
    LoginButtonTextColor: str = "#2389D7"
