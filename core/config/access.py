"""Who may see and change which key: the tags behind the system console's permissions.

A tag is the part of a permission's name after ``sysconsole_read_`` or ``sysconsole_write_``. A key without one is for
system administrators only.
"""

from collections.abc import Mapping, Set
from typing import Any, Final

from hubbub.core.config.document import MISSING, Path, assign, lookup
from hubbub.core.config.model import SETTINGS

ADMINISTRATOR: Final = "manage_system"
ANYBODY_WHO_READS: Final = "*_read"
RESTRICTABLE: Final = "write_restrictable"

_BY_SECTION: Final[Mapping[str, str]] = {
    "ServiceSettings": "write_restrictable",
    "ClientRequirements": "write_restrictable",
    "CacheSettings": "write_restrictable",
    "AnalyticsSettings": "write_restrictable",
    "JobSettings": "write_restrictable",
    "CloudSettings": "write_restrictable",
    "TeamSettings": "site_users_and_teams",
    "PrivacySettings": "site_users_and_teams",
    "SqlSettings": "environment_database write_restrictable",
    "LogSettings": "environment_logging write_restrictable",
    "ExperimentalAuditSettings": "experimental_features write_restrictable",
    "PasswordSettings": "authentication_password",
    "FileSettings": "environment_file_storage write_restrictable",
    "EmailSettings": "site_notifications",
    "RateLimitSettings": "environment_rate_limiting write_restrictable",
    "SupportSettings": "site_customization write_restrictable",
    "NativeAppSettings": "site_customization write_restrictable",
    "AnnouncementSettings": "site_announcement_banner",
    "ThemeSettings": "experimental_features",
    "ExperimentalSettings": "experimental_features",
    "GitLabSettings": "authentication_openid",
    "GoogleSettings": "authentication_openid",
    "Office365Settings": "authentication_openid",
    "OpenIdSettings": "authentication_openid",
    "LdapSettings": "authentication_ldap",
    "ComplianceSettings": "compliance_compliance_monitoring",
    "LocalizationSettings": "site_localization",
    "AutoTranslationSettings": "site_localization",
    "SamlSettings": "authentication_saml",
    "IntuneSettings": "environment_mobile_security",
    "ClusterSettings": "environment_high_availability write_restrictable",
    "MetricsSettings": "environment_performance_monitoring write_restrictable",
    "ElasticsearchSettings": "environment_elasticsearch write_restrictable",
    "DataRetentionSettings": "compliance_data_retention_policy",
    "MessageExportSettings": "compliance_compliance_export",
    "PluginSettings": "plugins write_restrictable",
    "DisplaySettings": "site_posts",
    "GuestAccountsSettings": "authentication_guest_access",
    "ImageProxySettings": "environment_image_proxy",
    "HubbubSettings": "write_restrictable",
    "MessageFilters": "site_posts",
}
"""Tags of a section's keys, unless the next table says otherwise."""

_BY_KEY: Final[Mapping[str, Mapping[str, str]]] = {
    "ServiceSettings": {
        "authentication_saml environment_web_server write_restrictable": "SiteURL",
        "environment_web_server write_restrictable": (
            "ListenAddress ConnectionSecurity TLSCertFile TLSKeyFile UseLetsEncrypt "
            "LetsEncryptCertificateCacheFile Forward80To443 ReadTimeout WriteTimeout "
            "EnableInsecureOutgoingConnections AllowedUntrustedInternalConnections WebserverMode "
            "MinimumDesktopAppVersion ManagedResourcePaths"
        ),
        "authentication_password write_restrictable": "MaximumLoginAttempts",
        "integrations_integration_management": (
            "EnableOAuthServiceProvider EnableDynamicClientRegistration DCRRedirectURIAllowlist "
            "EnableIncomingWebhooks EnableOutgoingWebhooks EnableOutgoingOAuthConnections EnableCommands "
            "OutgoingIntegrationRequestsTimeout EnablePostUsernameOverride EnablePostIconOverride "
            "EnableUserAccessTokens"
        ),
        "site_posts write_restrictable": "GoogleDeveloperKey",
        "site_posts": (
            "EnableLinkPreviews EnablePermalinkPreviews RestrictLinkPreviews EnableSVGs EnableLatex "
            "EnableInlineLatex PostPriority AllowPersistentNotifications "
            "AllowPersistentNotificationsForGuests PersistentNotificationIntervalMinutes "
            "PersistentNotificationMaxCount PersistentNotificationMaxRecipients EnableBurnOnRead "
            "BurnOnReadDurationSeconds BurnOnReadMaximumTimeToLiveSeconds "
            "BurnOnReadSchedulerFrequencySeconds AllowSyncedDrafts UniqueEmojiReactionLimitPerPost "
            "ScheduledPosts"
        ),
        "environment_developer write_restrictable": "EnableTesting EnableDeveloper EnableClientPerformanceDebugging",
        "environment_developer": "DeveloperFlags",
        "environment_smtp write_restrictable": "EnableSecurityFixAlert",
        "authentication_mfa": "EnableMultifactorAuthentication EnforceMultifactorAuthentication",
        "integrations_cors write_restrictable": "AllowCorsFrom CorsExposedHeaders CorsAllowCredentials CorsDebug",
        "environment_session_lengths write_restrictable": (
            "ExtendSessionLengthWithActivity TerminateSessionsOnPasswordChange SessionLengthWebInDays "
            "SessionLengthWebInHours SessionLengthMobileInDays SessionLengthMobileInHours "
            "SessionLengthSSOInDays SessionLengthSSOInHours SessionCacheInMinutes "
            "SessionIdleTimeoutInMinutes"
        ),
        "integrations_gif": "EnableGifPicker GiphySdkKey",
        "site_emoji": "EnableCustomEmoji EnableEmojiPicker",
        "user_management_permissions": "PostEditTimeLimit",
        "experimental_features write_restrictable": (
            "TimeBetweenUserTypingUpdatesMilliseconds EnableUserTypingMessages "
            "EnableChannelViewedMessages ExperimentalStrictCSRFEnforcement"
        ),
        "environment_database write_restrictable": "MinimumHashtagLength",
        "experimental_features": (
            "ExperimentalEnableAuthenticationTransfer EnableTutorial EnableOnboardingFlow "
            "ExperimentalEnableDefaultChannelLeaveJoinMessages ExperimentalGroupUnreadChannels "
            "ExperimentalEnableHardenedMode ThreadAutoFollow CollapsedThreads"
        ),
        "": (
            "EnableAPITeamDeletion EnableAPITriggerAdminNotifications EnableAPIUserDeletion "
            "EnableAPIPostDeletion EnableDesktopLandingPage EnableAPIChannelDeletion EnableLocalMode "
            "LocalModeSocketLocation EnableAWSMetering"
        ),
        "authentication_signup": "EnableEmailInvitations",
        "integrations_bot_accounts": "DisableBotsWhenOwnerIsDeactivated EnableBotAccountCreation",
        "experimental_feature_flags write_restrictable": "SplitKey FeatureFlagSyncIntervalSeconds DebugSplit",
        "site_users_and_teams": "EnableCustomGroups RefreshPostStatsRunTime",
        "environment_file_storage write_restrictable": "MaximumPayloadSizeBytes MaximumURLLength",
        "site_users_and_teams write_restrictable": "DeleteAccountLink",
    },
    "TeamSettings": {
        "site_customization": "SiteName EnableCustomBrand CustomBrandText CustomDescriptionText",
        "authentication_signup": "EnableUserCreation EnableOpenServer RestrictCreationToDomains",
        "experimental_features": (
            "EnableUserDeactivation UserStatusAwayTimeout ExperimentalEnableAutomaticReplies "
            "ExperimentalPrimaryTeam ExperimentalDefaultChannels"
        ),
        "environment_push_notification_server": "MaxNotificationsPerChannel",
        "site_notifications": "EnableConfirmNotificationsToChannel",
        "experimental_features site_users_and_teams": "ExperimentalViewArchivedChannels",
    },
    "ExperimentalAuditSettings": {
        "experimental_features": "AdvancedLoggingJSON Certificate",
    },
    "FileSettings": {
        "site_file_sharing_and_downloads": "EnableFileAttachments EnableMobileUpload EnableMobileDownload",
        "environment_file_storage": "MaxFileSize MaxImageResolution MaxImageDecoderConcurrency InitialFont",
        "site_public_links": "EnablePublicLink PublicLinkSalt",
    },
    "EmailSettings": {
        "authentication_email": (
            "EnableSignUpWithEmail EnableSignInWithEmail EnableSignInWithUsername RequireEmailVerification"
        ),
        "experimental_features": (
            "UseChannelInEmailNotifications EmailBatchingBufferSize EmailBatchingInterval "
            "LoginButtonColor LoginButtonBorderColor LoginButtonTextColor"
        ),
        "environment_smtp write_restrictable": (
            "EnableSMTPAuth SMTPUsername SMTPPassword SMTPServer SMTPPort ConnectionSecurity "
            "SkipServerCertificateVerification"
        ),
        "": "SMTPServerTimeout PushNotificationBuffer",
        "environment_push_notification_server": "SendPushNotifications PushNotificationServer",
    },
    "SupportSettings": {
        "site_customization": "HelpLink EnableAskCommunityLink",
        "site_notifications": "SupportEmail",
        "compliance_custom_terms_of_service": "CustomTermsOfServiceEnabled CustomTermsOfServiceReAcceptancePeriod",
    },
    "AnnouncementSettings": {
        "site_notices": "AdminNoticesEnabled UserNoticesEnabled",
        "site_notices write_restrictable": "NoticesURL NoticesFetchFrequency NoticesSkipCache",
    },
    "ThemeSettings": {
        "": "AllowedThemes",
    },
    "LdapSettings": {
        "": "EnableAdminFilter AdminFilter",
        "experimental_features": "LoginButtonColor LoginButtonBorderColor LoginButtonTextColor",
    },
    "SamlSettings": {
        "": "EnableAdminAttribute AdminAttribute",
        "experimental_features": "LoginButtonColor LoginButtonBorderColor LoginButtonTextColor",
    },
    "ExperimentalSettings": {
        "experimental_features write_restrictable": "LinkMetadataTimeoutMilliseconds",
        "*_read write_restrictable": "RestrictSystemAdmin",
    },
    "PluginSettings": {
        "plugins": "Plugins PluginStates",
    },
    "AccessControlSettings": {
        "write_restrictable": "EnableUserManagedAttributes",
    },
}
"""Section to tags to the keys that have these tags."""


def _tags_of(path: Path) -> frozenset[str]:
    key = ".".join(path[1:])
    for tags, keys in _BY_KEY.get(path[0], {}).items():
        if key in keys.split():
            return frozenset(tags.split())
    return frozenset(_BY_SECTION.get(path[0], "").split())


TAGS: Final[Mapping[Path, frozenset[str]]] = {info.path: _tags_of(info.path) for info in SETTINGS}
"""Path of every key to its tags."""


def may_read(path: Path, permissions: Set[str]) -> bool:
    """Return whether somebody with these system-wide permissions may see a key."""
    if ADMINISTRATOR in permissions:
        return True
    tags = TAGS[path]
    if ANYBODY_WHO_READS in tags and any(name.startswith("sysconsole_read_") for name in permissions):
        return True
    return any(f"sysconsole_read_{tag}" in permissions for tag in tags)


def may_write(path: Path, permissions: Set[str], *, restricted: bool) -> bool:
    """Return whether somebody with these system-wide permissions may change a key.

    `restricted` is ``ExperimentalSettings.RestrictSystemAdmin``: keys of the machine are then for nobody who comes over
    the API.
    """
    tags = TAGS[path]
    if restricted and RESTRICTABLE in tags:
        return False
    return ADMINISTRATOR in permissions or any(f"sysconsole_write_{tag}" in permissions for tag in tags)


def readable(document: Mapping[str, Any], permissions: Set[str]) -> dict[str, Any]:
    """Return the part of a whole (sanitized) document that these permissions let one see."""
    result: dict[str, Any] = {}
    for info in SETTINGS:
        if may_read(info.path, permissions):
            value: Any = document
            for name in info.path:
                value = value[name]
            assign(result, info.path, value)
    return result


def refused_changes(
    document: Mapping[str, Any], current: Mapping[str, Any], permissions: Set[str], *, restricted: bool
) -> list[str]:
    """Return the dotted keys that `document` would change against `current` without the permission to.

    `current` is the sanitized configuration in use, so a mask that is sent back is no change.
    """
    refused = []
    for info in SETTINGS:
        wanted, present = lookup(document, info.path), lookup(current, info.path)
        if wanted not in (MISSING, None, present) and not may_write(info.path, permissions, restricted=restricted):
            refused.append(info.name)
    return refused
