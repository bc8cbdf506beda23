"""Keys of older versions that mean nothing any more, so that a check can say so."""

from typing import Final

REMOVED: Final[frozenset[str]] = frozenset(
    """
    ServiceSettings.EnableOnlyAdminIntegrations
    ServiceSettings.EnableOpenTracing
    ServiceSettings.GfycatApiKey
    ServiceSettings.GfycatApiSecret
    ServiceSettings.RestrictCustomEmojiCreation
    ServiceSettings.RestrictPostDelete
    ServiceSettings.AllowEditPost
    ServiceSettings.CloseUnusedDirectMessages
    ServiceSettings.EnablePreviewFeatures
    ServiceSettings.ExperimentalChannelOrganization
    ServiceSettings.ImageProxyType
    ServiceSettings.ImageProxyURL
    ServiceSettings.ImageProxyOptions
    ServiceSettings.DisableLegacyMFA
    ServiceSettings.EnableLegacySidebar
    ServiceSettings.EnableReliableWebSockets
    TeamSettings.EnableTeamCreation
    TeamSettings.RestrictTeamInvite
    TeamSettings.RestrictPublicChannelManagement
    TeamSettings.RestrictPrivateChannelManagement
    TeamSettings.RestrictPublicChannelCreation
    TeamSettings.RestrictPrivateChannelCreation
    TeamSettings.RestrictPublicChannelDeletion
    TeamSettings.RestrictPrivateChannelDeletion
    TeamSettings.RestrictPrivateChannelManageMembers
    TeamSettings.EnableXToLeaveChannelsFromLHS
    TeamSettings.ExperimentalHideTownSquareinLHS
    TeamSettings.ExperimentalTownSquareIsReadOnly
    ClientRequirements.DesktopLatestVersion
    ClientRequirements.DesktopMinVersion
    LogSettings.AdvancedLoggingConfig
    ExperimentalAuditSettings.FileMaxSizeMB
    ExperimentalAuditSettings.FileMaxAgeDays
    ExperimentalAuditSettings.FileMaxBackups
    ExperimentalAuditSettings.FileCompress
    ExperimentalAuditSettings.FileMaxQueueSize
    ExperimentalAuditSettings.AdvancedLoggingConfig
    NotificationLogSettings.EnableConsole
    NotificationLogSettings.ConsoleLevel
    NotificationLogSettings.ConsoleJson
    NotificationLogSettings.EnableColor
    NotificationLogSettings.EnableFile
    NotificationLogSettings.FileLevel
    NotificationLogSettings.FileJson
    NotificationLogSettings.FileLocation
    NotificationLogSettings.AdvancedLoggingConfig
    LdapSettings.Trace
    ClusterSettings.UseExperimentalGossip
    ClusterSettings.EnableExperimentalGossipEncryption
    ClusterSettings.StreamingPort
    ClusterSettings.MaxIdleConns
    ClusterSettings.MaxIdleConnsPerHost
    ClusterSettings.IdleConnTimeoutMilliseconds
    ExperimentalSettings.ClientSideCertCheck
    ExperimentalSettings.EnableClickToReply
    ExperimentalSettings.UseNewSAMLLibrary
    ExperimentalSettings.CloudUserLimit
    ExperimentalSettings.CloudBilling
    ElasticsearchSettings.BulkIndexingTimeWindowSeconds
    BleveSettings.IndexDir
    BleveSettings.EnableIndexing
    BleveSettings.EnableSearching
    BleveSettings.EnableAutocomplete
    BleveSettings.BulkIndexingTimeWindowSeconds
    DisplaySettings.ExperimentalTimezone
    FeatureFlags.CloudDelinquentEmailJobsEnabled
    FeatureFlags.CollapsedThreads
    FeatureFlags.PluginIncidentManagement
    FeatureFlags.PluginApps
    FeatureFlags.PluginFocalboard
    FeatureFlags.CustomDataRetentionEnabled
    FeatureFlags.TimedDND
    """.split()
)
"""Dotted keys of version 5.37 that version 11.6 no longer has, not counting those that only changed their case."""

REMOVED_SECTIONS: Final[frozenset[str]] = frozenset(key.split(".")[0] for key in REMOVED) & frozenset(
    {"NotificationLogSettings", "BleveSettings"}
)
"""Sections that are gone as a whole."""
