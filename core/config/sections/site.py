"""What people see of the site: links, banner, themes, languages, apps."""

from typing import Annotated

from hubbub.core.config.setting import Section, Setting


class SupportSettings(Section, frozen=True):
    """Links and addresses for help."""

    TermsOfServiceLink: Annotated[str, Setting("Link to the terms of use")] = "https://mattermost.com/pl/terms-of-use/"
    PrivacyPolicyLink: Annotated[str, Setting("Link to the privacy policy")] = (
        "https://mattermost.com/pl/privacy-policy/"
    )
    AboutLink: Annotated[str, Setting("Link to a page about the site")] = "https://mattermost.com/pl/about-mattermost"
    HelpLink: Annotated[str, Setting("Link to help")] = "https://mattermost.com/pl/help/"
    ReportAProblemLink: Annotated[str, Setting("Link for reporting a problem")] = (
        "https://mattermost.com/pl/report-a-bug"
    )
    ReportAProblemType: Annotated[str, Setting(choices=("default", "link", "email", "hidden"))] = "default"
    ReportAProblemMail: str = ""
    AllowDownloadLogs: bool = True
    ForgotPasswordLink: str = ""
    SupportEmail: Annotated[str, Setting("Mail address for questions")] = ""
    CustomTermsOfServiceEnabled: Annotated[bool, Setting("Require that people accept the site's own terms")] = False
    CustomTermsOfServiceReAcceptancePeriod: Annotated[
        int, Setting("Time after which they accept again, in days", minimum=1)
    ] = 365
    EnableAskCommunityLink: bool = True


class AnnouncementSettings(Section, frozen=True):
    """The banner and notices."""

    EnableBanner: Annotated[bool, Setting("Show a banner to everybody")] = False
    BannerText: Annotated[str, Setting("Text of the banner", long=True)] = ""
    BannerColor: Annotated[str, Setting("Colour of the banner")] = "#f2a93b"
    BannerTextColor: Annotated[str, Setting("Colour of its text")] = "#333333"
    AllowBannerDismissal: Annotated[bool, Setting("Let people close the banner")] = True
    AdminNoticesEnabled: bool = True
    UserNoticesEnabled: bool = True
    NoticesURL: str = "https://notices.mattermost.com/"
    NoticesFetchFrequency: int = 3600
    NoticesSkipCache: bool = False


class ThemeSettings(Section, frozen=True):
    """Themes."""

    EnableThemeSelection: bool = True
    DefaultTheme: str = "default"
    AllowCustomThemes: bool = True
    AllowedThemes: tuple[str, ...] = ()


class LocalizationSettings(Section, frozen=True):
    """Languages."""

    DefaultServerLocale: Annotated[str, Setting("Language of what the server writes")] = "en"
    DefaultClientLocale: Annotated[str, Setting("Language of a new account")] = "en"
    AvailableLocales: Annotated[str, Setting("Languages to choose from, separated by commas; empty is all")] = ""
    EnableExperimentalLocales: bool = False


class DisplaySettings(Section, frozen=True):
    """How messages are shown."""

    CustomURLSchemes: Annotated[
        tuple[str, ...], Setting("Kinds of links, beside the usual ones, that become clickable")
    ] = ()
    MaxMarkdownNodes: Annotated[
        int, Setting("Most parts of a message that are formatted; 0 is the client's own limit")
    ] = 0


class NativeAppSettings(Section, frozen=True):
    """The mobile and desktop apps."""

    AppCustomURLSchemes: tuple[str, ...] = ("mmauth://", "mmauthbeta://")
    AppDownloadLink: str = "https://mattermost.com/pl/download-apps"
    AndroidAppDownloadLink: str = "https://mattermost.com/pl/android-app/"
    IosAppDownloadLink: str = "https://mattermost.com/pl/ios-app/"
    MobileExternalBrowser: bool = False
    MobileEnableBiometrics: bool = False
    MobilePreventScreenCapture: bool = False
    MobileJailbreakProtection: bool = False
    MobileEnableSecureFilePreview: bool = False
    MobileAllowPdfLinkNavigation: bool = False
    EnableIntuneMAM: bool = False


class IntuneSettings(Section, frozen=True):
    """Microsoft Intune."""

    Enable: bool = False
    TenantId: str = ""
    ClientId: str = ""
    AuthService: str = ""


class ClientRequirements(Section, frozen=True):
    """Versions of the mobile apps."""

    AndroidLatestVersion: str = ""
    AndroidMinVersion: str = ""
    IosLatestVersion: str = ""
    IosMinVersion: str = ""
