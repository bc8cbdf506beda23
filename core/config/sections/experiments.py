"""Experiments, feature switches, translation and the settings of a hosted service."""

from typing import Annotated

from msgspec import field

from hubbub.core.config.setting import Section, Setting


class ExperimentalSettings(Section, frozen=True):
    """Experiments."""

    ClientSideCertEnable: bool = False
    LinkMetadataTimeoutMilliseconds: Annotated[
        int,
        Setting(
            "Longest time a linked page may take to load, in milliseconds", minimum=1, error="link_metadata_timeout"
        ),
    ] = 5000
    RestrictSystemAdmin: Annotated[bool, Setting("Keep settings of the machine from system administrators")] = False
    EnableSharedChannels: bool = False
    EnableRemoteClusterService: bool = False
    DisableAppBar: bool = False
    DisableRefetchingOnBrowserFocus: bool = False
    DelayChannelAutocomplete: bool = False
    DisableWakeUpReconnectHandler: bool = False
    UsersStatusAndProfileFetchingPollIntervalMilliseconds: int = 3000
    YoutubeReferrerPolicy: bool = False
    ExperimentalChannelCategorySorting: bool = False


class FeatureFlags(Section, frozen=True):
    """Switches for features in the making; never written to config.json."""

    TestFeature: str = "off"
    TestBoolFeature: bool = False
    EnableRemoteClusterService: bool = False
    EnableSharedChannelsDMs: bool = False
    EnableSharedChannelsPlugins: bool = True
    EnableSharedChannelsMemberSync: bool = False
    EnableSyncAllUsersForRemoteCluster: bool = False
    AppsEnabled: bool = False
    PermalinkPreviews: bool = False
    NormalizeLdapDNs: bool = False
    WysiwygEditor: bool = False
    OnboardingTourTips: bool = True
    DeprecateCloudFree: bool = False
    EnableExportDirectDownload: bool = False
    MoveThreadsEnabled: bool = False
    StreamlinedMarketplace: bool = True
    CloudIPFiltering: bool = False
    ConsumePostHook: bool = False
    CloudAnnualRenewals: bool = False
    CloudDedicatedExportUI: bool = False
    ChannelBookmarks: bool = True
    WebSocketEventScope: bool = True
    NotificationMonitoring: bool = True
    ExperimentalAuditSettingsSystemConsoleUI: bool = True
    CustomProfileAttributes: bool = True
    AttributeBasedAccessControl: bool = True
    ContentFlagging: bool = True
    InteractiveDialogAppsForm: bool = True
    EnableMattermostEntry: bool = True
    MobileSSOCodeExchange: bool = False
    AutoTranslation: bool = True
    BurnOnRead: bool = True
    EnableAIPluginBridge: bool = False
    EnableAIRecaps: bool = False
    CJKSearch: bool = False


class LibreTranslateSettings(Section, frozen=True):
    """A LibreTranslate server."""

    URL: str = ""
    APIKey: Annotated[str, Setting(secret=True)] = ""


class TranslationAgents(Section, frozen=True):
    """A language model behind the agents plugin."""

    LLMServiceID: str = ""


class AutoTranslationSettings(Section, frozen=True):
    """Translating messages."""

    Enable: bool = False
    RestrictDMAndGM: bool = False
    Provider: str = ""
    TargetLanguages: tuple[str, ...] = ("en",)
    Workers: int = 6
    TimeoutMs: int = 5000
    LibreTranslate: LibreTranslateSettings = field(default_factory=LibreTranslateSettings)
    Agents: TranslationAgents = field(default_factory=TranslationAgents)


class CloudSettings(Section, frozen=True):
    """Settings of a hosted service, kept for clients that read them."""

    CWSURL: str = "https://customers.mattermost.com"
    CWSAPIURL: str = "https://portal.internal.prod.cloud.mattermost.com"
    CWSMock: bool = False
    Disable: bool = False
    PreviewModalBucketURL: str = ""
