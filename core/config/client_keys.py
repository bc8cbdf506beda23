"""Which settings clients are told, and by what name: the tables behind GET /config/client."""

from collections.abc import Mapping
from typing import Final

_BEFORE_SIGNING_IN: Final[Mapping[str, str]] = {
    "SupportSettings": (
        "AboutLink AllowDownloadLogs CustomTermsOfServiceReAcceptancePeriod EnableAskCommunityLink "
        "EnableCustomTermsOfService=CustomTermsOfServiceEnabled ForgotPasswordLink HelpLink PrivacyPolicyLink "
        "ReportAProblemLink ReportAProblemMail ReportAProblemType SupportEmail TermsOfServiceLink"
    ),
    "NativeAppSettings": (
        "AndroidAppDownloadLink AppDownloadLink IosAppDownloadLink MobileEnableBiometrics "
        "MobileExternalBrowser MobileJailbreakProtection MobilePreventScreenCapture"
    ),
    "ClientRequirements": "AndroidLatestVersion AndroidMinVersion IosLatestVersion IosMinVersion",
    "CloudSettings": "CWSURL",
    "TeamSettings": (
        "CustomBrandText CustomDescriptionText EnableCustomBrand EnableJoinLeaveMessageByDefault "
        "EnableOpenServer EnableUserCreation SiteName"
    ),
    "LocalizationSettings": "DefaultClientLocale",
    "LogSettings": "DiagnosticsEnabled=EnableDiagnostics EnableDiagnostics EnableFile FileLevel",
    "EmailSettings": (
        "EmailLoginButtonBorderColor=LoginButtonBorderColor EmailLoginButtonColor=LoginButtonColor "
        "EmailLoginButtonTextColor=LoginButtonTextColor EnableSignInWithEmail EnableSignInWithUsername "
        "EnableSignUpWithEmail"
    ),
    "ServiceSettings": (
        "EnableBotAccountCreation EnableCustomEmoji EnableDesktopLandingPage EnableMultifactorAuthentication "
        "EnableUserStatuses EnforceMultifactorAuthentication SiteURL WebsocketPort WebsocketSecurePort "
        "WebsocketURL"
    ),
    "MessageExportSettings": "EnableComplianceExport=EnableExport",
    "GuestAccountsSettings": (
        "EnableGuestAccounts=Enable EnableGuestMagicLink "
        "GuestAccountsEnforceMultifactorAuthentication=EnforceMultifactorAuthentication "
        "HideGuestTags=HideTags"
    ),
    "LdapSettings": (
        "EnableLdap=Enable LdapLoginButtonBorderColor=LoginButtonBorderColor "
        "LdapLoginButtonColor=LoginButtonColor LdapLoginButtonTextColor=LoginButtonTextColor "
        "LdapLoginFieldName=LoginFieldName"
    ),
    "SamlSettings": (
        "EnableSaml=Enable SamlLoginButtonBorderColor=LoginButtonBorderColor "
        "SamlLoginButtonColor=LoginButtonColor SamlLoginButtonText=LoginButtonText "
        "SamlLoginButtonTextColor=LoginButtonTextColor"
    ),
    "GitLabSettings": "EnableSignUpWithGitLab=Enable GitLabButtonColor=ButtonColor GitLabButtonText=ButtonText",
    "GoogleSettings": "EnableSignUpWithGoogle=Enable",
    "Office365Settings": "EnableSignUpWithOffice365=Enable",
    "OpenIdSettings": "EnableSignUpWithOpenId=Enable OpenIdButtonColor=ButtonColor OpenIdButtonText=ButtonText",
    "ImageProxySettings": "HasImageProxy=Enable",
    "PasswordSettings": (
        "PasswordEnableForgotLink=EnableForgotLink PasswordMinimumLength=MinimumLength "
        "PasswordRequireLowercase=Lowercase PasswordRequireNumber=Number PasswordRequireSymbol=Symbol "
        "PasswordRequireUppercase=Uppercase"
    ),
    "PluginSettings": "PluginsEnabled=Enable",
}
_AFTER_SIGNING_IN: Final[Mapping[str, str]] = {
    "AnnouncementSettings": "AllowBannerDismissal BannerColor BannerText BannerTextColor EnableBanner",
    "ThemeSettings": "AllowCustomThemes AllowedThemes DefaultTheme EnableThemeSelection",
    "ServiceSettings": (
        "AllowPersistentNotifications AllowPersistentNotificationsForGuests AllowSyncedDrafts "
        "BurnOnReadDurationSeconds BurnOnReadMaximumTimeToLiveSeconds CollapsedThreads DeleteAccountLink "
        "EnableBurnOnRead EnableChannelViewedMessages EnableClientPerformanceDebugging EnableCommands "
        "EnableCrossTeamSearch EnableCustomGroups EnableDeveloper EnableEmailInvitations EnableEmojiPicker "
        "EnableGifPicker EnableIncomingWebhooks EnableInlineLatex EnableLatex EnableLinkPreviews "
        "EnableOAuthServiceProvider EnableOnboardingFlow EnableOutgoingOAuthConnections "
        "EnableOutgoingWebhooks EnablePermalinkPreviews EnablePostIconOverride EnablePostUsernameOverride "
        "EnableSVGs EnableTesting EnableTutorial EnableUserAccessTokens EnableUserTypingMessages "
        "ExperimentalEnableAuthenticationTransfer ExperimentalEnableDefaultChannelLeaveJoinMessages "
        "ExperimentalGroupUnreadChannels ExtendSessionLengthWithActivity "
        "FeatureFlagExperimentalCrossTeamSearch=EnableCrossTeamSearch GiphySdkKey GoogleDeveloperKey "
        "ManagedResourcePaths MinimumHashtagLength PersistentNotificationIntervalMinutes "
        "PersistentNotificationMaxCount PersistentNotificationMaxRecipients PostEditTimeLimit PostPriority "
        "ScheduledPosts TimeBetweenUserTypingUpdatesMilliseconds UniqueEmojiReactionLimitPerPost"
    ),
    "AutoTranslationSettings": (
        "AutoTranslationLanguages=TargetLanguages RestrictDMAndGMAutotranslation=RestrictDMAndGM"
    ),
    "LocalizationSettings": "AvailableLocales EnableExperimentalLocales",
    "DisplaySettings": "CustomUrlSchemes=CustomURLSchemes MaxMarkdownNodes",
    "DataRetentionSettings": (
        "DataRetentionEnableFileDeletion=EnableFileDeletion DataRetentionEnableMessageDeletion=EnableMessageDeletion"
    ),
    "ExperimentalSettings": (
        "DelayChannelAutocomplete DisableAppBar DisableRefetchingOnBrowserFocus DisableWakeUpReconnectHandler "
        "ExperimentalChannelCategorySorting UsersStatusAndProfileFetchingPollIntervalMilliseconds "
        "YoutubeReferrerPolicy"
    ),
    "EmailSettings": (
        "EmailNotificationContentsType EnableEmailBatching EnablePreviewModeBanner RequireEmailVerification "
        "SendEmailNotifications SendPushNotifications"
    ),
    "AccessControlSettings": "EnableAttributeBasedAccessControl EnableUserManagedAttributes",
    "ClusterSettings": "EnableCluster=Enable",
    "ComplianceSettings": "EnableCompliance=Enable",
    "TeamSettings": (
        "EnableConfirmNotificationsToChannel EnableCustomUserStatuses EnableLastActiveTime "
        "EnableUserDeactivation ExperimentalEnableAutomaticReplies ExperimentalPrimaryTeam "
        "LockTeammateNameDisplay MaxNotificationsPerChannel RestrictDirectMessage TeammateNameDisplay"
    ),
    "FileSettings": (
        "EnableFileAttachments EnableMobileFileDownload=EnableMobileDownload "
        "EnableMobileFileUpload=EnableMobileUpload EnablePublicLink MaxFileSize"
    ),
    "PluginSettings": "EnableMarketplace",
    "MetricsSettings": "EnableMetrics=Enable",
    "ConnectedWorkspacesSettings": "ExperimentalSharedChannels=EnableSharedChannels",
    "LdapSettings": (
        "LdapFirstNameAttributeSet=FirstNameAttribute LdapLastNameAttributeSet=LastNameAttribute "
        "LdapNicknameAttributeSet=NicknameAttribute LdapPictureAttributeSet=PictureAttribute "
        "LdapPositionAttributeSet=PositionAttribute"
    ),
    "NativeAppSettings": "MobileAllowPdfLinkNavigation MobileEnableSecureFilePreview",
    "JobSettings": "RunJobs",
    "SqlSettings": "SQLDriverName=DriverName",
    "SamlSettings": (
        "SamlFirstNameAttributeSet=FirstNameAttribute SamlLastNameAttributeSet=LastNameAttribute "
        "SamlNicknameAttributeSet=NicknameAttribute SamlPositionAttributeSet=PositionAttribute"
    ),
    "PrivacySettings": "ShowEmailAddress ShowFullName UseAnonymousURLs",
    "WranglerSettings": (
        "WranglerAllowedEmailDomain=AllowedEmailDomain "
        "WranglerMoveThreadFromDirectMessageChannelEnable=MoveThreadFromDirectMessageChannelEnable "
        "WranglerMoveThreadFromGroupMessageChannelEnable=MoveThreadFromGroupMessageChannelEnable "
        "WranglerMoveThreadFromPrivateChannelEnable=MoveThreadFromPrivateChannelEnable "
        "WranglerMoveThreadMaxCount=MoveThreadMaxCount "
        "WranglerMoveThreadToAnotherTeamEnable=MoveThreadToAnotherTeamEnable "
        "WranglerPermittedWranglerRoles=PermittedWranglerRoles"
    ),
}


def _paths(table: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Read ``name`` or ``name=Key``, where the client's name and the section's key differ."""
    result = {}
    for section, words in table.items():
        for word in words.split():
            name, _, key = word.partition("=")
            result[name] = (section, key or name)
    return result


LIMITED: Final = _paths(_BEFORE_SIGNING_IN)
"""Client key to (section, key), for what is told before signing in too."""

FULL: Final = _paths(_AFTER_SIGNING_IN)
"""The same for what is told only after signing in."""
