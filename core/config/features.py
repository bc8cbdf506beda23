"""Features that clients ask for, the client keys that belong to them, and the licence names that unlock them."""

from collections.abc import Mapping
from typing import Final

_BY_FEATURE: Final[tuple[tuple[str, str | None, str], ...]] = (
    ("LDAP", "false", "EnableLdap"),
    ("LDAP", "", "LdapLoginFieldName"),
    ("SAML", "false", "EnableSaml"),
    ("GitLabOAuth", "false", "EnableSignUpWithGitLab"),
    ("GoogleOAuth", "false", "EnableSignUpWithGoogle"),
    ("Office365OAuth", "false", "EnableSignUpWithOffice365"),
    ("OpenId", "false", "EnableSignUpWithOpenId"),
    ("MFA", "false", "EnforceMultifactorAuthentication EnableMultifactorAuthentication"),
    ("GuestAccounts", "false", "EnableGuestAccounts EnableGuestMagicLink"),
    ("Announcement", "false", "EnableBanner AllowBannerDismissal"),
    ("Announcement", "", "BannerText BannerColor BannerTextColor"),
    ("CustomTermsOfService", None, "EnableCustomTermsOfService CustomTermsOfServiceReAcceptancePeriod"),
    ("DataRetention", "false", "DataRetentionEnableMessageDeletion DataRetentionEnableFileDeletion"),
    ("DataRetention", "0", "DataRetentionMessageRetentionHours DataRetentionFileRetentionHours"),
    ("Compliance", "false", "EnableCompliance"),
    ("MessageExport", "false", "EnableComplianceExport"),
    ("Cluster", "false", "EnableCluster"),
    ("Metrics", "false", "EnableMetrics EnableClientMetrics EnableNotificationMetrics"),
    ("CustomGroups", "false", "EnableCustomGroups"),
    ("CollapsedThreads", "disabled", "CollapsedThreads"),
    ("ScheduledPosts", "false", "ScheduledPosts"),
    ("PostAcknowledgements", None, "PostAcknowledgements"),
    ("PersistentNotifications", "false", "AllowPersistentNotifications"),
    ("OutgoingOAuthConnections", "false", "EnableOutgoingOAuthConnections"),
    ("SharedChannels", "false", "ExperimentalSharedChannels"),
    ("RemoteClusterService", "false", "ExperimentalRemoteClusterService"),
    ("ChannelBookmarks", "false", "FeatureFlagChannelBookmarks"),
    ("CustomProfileAttributes", "false", "FeatureFlagCustomProfileAttributes"),
    ("MoveThreads", "false", "FeatureFlagMoveThreadsEnabled"),
    ("BurnOnRead", "false", "EnableBurnOnRead FeatureFlagBurnOnRead"),
    ("ContentFlagging", "false", "ContentFlaggingEnabled FeatureFlagContentFlagging"),
    ("AutoTranslation", "false", "EnableAutoTranslation FeatureFlagAutoTranslation"),
    ("AutoTranslation", None, "AutoTranslationLanguages RestrictDMAndGMAutotranslation"),
    (
        "AttributeBasedAccessControl",
        "false",
        "EnableAttributeBasedAccessControl FeatureFlagAttributeBasedAccessControl EnableUserManagedAttributes",
    ),
    ("AnonymousURLs", "false", "UseAnonymousURLs"),
    (
        "MobileSecurity",
        None,
        "MobileEnableBiometrics MobilePreventScreenCapture MobileJailbreakProtection "
        "MobileEnableSecureFilePreview MobileAllowPdfLinkNavigation",
    ),
    ("Marketplace", "false", "EnableMarketplace"),
)
"""Feature, value without it (None: no key), client keys that belong to it."""

GATES: Final[Mapping[str, tuple[str, str | None]]] = {
    name: (feature, without) for feature, without, names in _BY_FEATURE for name in names.split()
}
"""Client key to the feature it belongs to and the value without that feature (None: the key is left out)."""

LICENSE_FEATURES: Final = (
    "LDAP LDAPGroups MFA SAML Cluster Metrics GoogleOAuth Office365OAuth OpenId Compliance MHPNS Announcement "
    "Elasticsearch DataRetention IDLoadedPushNotifications EmailNotificationContents MessageExport "
    "CustomPermissionsSchemes GuestAccounts GuestAccountsPermissions CustomTermsOfService LockTeammateNameDisplay "
    "SharedChannels RemoteClusterService OutgoingOAuthConnections"
).split()
"""Features that have a key of their own in the licence answer."""

FEATURES: Final = frozenset(LICENSE_FEATURES) | {feature for feature, _ in GATES.values()}
"""Every feature that a caller can say is there."""

TIERS: Final[tuple[tuple[str, frozenset[str]], ...]] = (
    (
        "advanced",
        frozenset("BurnOnRead ContentFlagging AutoTranslation AttributeBasedAccessControl AnonymousURLs".split()),
    ),
    ("enterprise", frozenset("CustomProfileAttributes MobileSecurity OutgoingOAuthConnections".split())),
)
"""Licence names by which clients unlock groups of features, highest first; below them is professional."""
