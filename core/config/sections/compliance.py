"""What has to be kept, exported or deleted, and what may be reported."""

from typing import Annotated

from msgspec import field

from hubbub.core.config.setting import Section, Setting


class ComplianceSettings(Section, frozen=True):
    """Compliance reports."""

    Enable: Annotated[bool, Setting("Keep compliance reports")] = False
    Directory: Annotated[str, Setting("Folder of the reports")] = "./data/"
    EnableDaily: Annotated[bool, Setting("Write a report every day")] = False
    BatchSize: int = 30000


class DataRetentionSettings(Section, frozen=True):
    """Deleting old messages and files."""

    EnableMessageDeletion: Annotated[bool, Setting("Delete old messages")] = False
    EnableFileDeletion: Annotated[bool, Setting("Delete old files")] = False
    EnableBoardsDeletion: bool = False
    MessageRetentionDays: Annotated[
        int,
        Setting(
            "Age at which messages are deleted, in days",
            minimum=0,
            error="data_retention.message_retention_days_too_low",
        ),
    ] = 365
    MessageRetentionHours: Annotated[
        int,
        Setting(
            "The same in hours, used instead of days when above 0",
            minimum=0,
            error="data_retention.message_retention_hours_too_low",
        ),
    ] = 0
    FileRetentionDays: Annotated[
        int,
        Setting(
            "Age at which files are deleted, in days", minimum=0, error="data_retention.file_retention_days_too_low"
        ),
    ] = 365
    FileRetentionHours: Annotated[
        int,
        Setting(
            "The same in hours, used instead of days when above 0",
            minimum=0,
            error="data_retention.file_retention_hours_too_low",
        ),
    ] = 0
    BoardsRetentionDays: int = 365
    DeletionJobStartTime: Annotated[str, Setting("When deleting starts every day, as HH:MM")] = "02:00"
    BatchSize: Annotated[int, Setting("Rows deleted at once", minimum=1)] = 3000
    TimeBetweenBatchesMilliseconds: Annotated[int, Setting("Pause between two batches, in milliseconds", minimum=0)] = (
        100
    )
    RetentionIdsBatchSize: Annotated[int, Setting(minimum=1)] = 100
    PreservePinnedPosts: Annotated[bool, Setting("Keep pinned messages")] = False


class GlobalRelay(Section, frozen=True):
    """Mail account for exports to Global Relay."""

    CustomerType: str = "A9"
    SMTPUsername: str = ""
    SMTPPassword: Annotated[str, Setting(secret=True)] = ""
    EmailAddress: str = ""
    SMTPServerTimeout: int = 1800
    CustomSMTPServerName: str = ""
    CustomSMTPPort: str = "25"


class MessageExportSettings(Section, frozen=True):
    """Export of all messages."""

    EnableExport: Annotated[bool, Setting("Export all messages every day")] = False
    ExportFormat: Annotated[
        str,
        Setting(
            "actiance, csv, globalrelay or globalrelay-zip",
            choices=("actiance", "csv", "globalrelay", "globalrelay-zip"),
            error="message_export.export_type",
        ),
    ] = "actiance"
    DailyRunTime: Annotated[str, Setting("When the export starts every day, as HH:MM")] = "01:00"
    ExportFromTimestamp: Annotated[int, Setting("Export messages from this time on, in seconds since 1970")] = 0
    BatchSize: Annotated[int, Setting("Messages per batch", minimum=1, error="message_export.batch_size")] = 10000
    DownloadExportResults: bool = False
    ChannelBatchSize: int = 100
    ChannelHistoryBatchSize: int = 10
    GlobalRelaySettings: GlobalRelay = field(default_factory=GlobalRelay)


class ContentFlaggingNotifications(Section, frozen=True):
    """Who is told of what."""

    EventTargetMapping: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {
            "assigned": ("reviewers",),
            "dismissed": ("reviewers", "reporter"),
            "flagged": ("reviewers",),
            "removed": ("reviewers", "author", "reporter"),
        }
    )


class ContentFlaggingRules(Section, frozen=True):
    """Reasons, and what has to be filled in."""

    Reasons: tuple[str, ...] = (
        "Classification mismatch",
        "Need-to-know violation",
        "Personally identifiable information (PII) exposure",
        "Operational security (OPSEC) concern",
        "Controlled Unclassified Information (CUI) violation",
        "Unauthorized disclosure",
        "Other",
    )
    ReporterCommentRequired: bool = True
    ReviewerCommentRequired: bool = True
    HideFlaggedContent: bool = True


class ContentFlaggingReviewers(Section, frozen=True):
    """Who reviews."""

    CommonReviewers: bool = True
    SystemAdminsAsReviewers: bool = False
    TeamAdminsAsReviewers: bool = True


class ContentFlaggingSettings(Section, frozen=True):
    """Reporting messages to reviewers."""

    EnableContentFlagging: bool = False
    NotificationSettings: ContentFlaggingNotifications = field(default_factory=ContentFlaggingNotifications)
    AdditionalSettings: ContentFlaggingRules = field(default_factory=ContentFlaggingRules)
    ReviewerSettings: ContentFlaggingReviewers = field(default_factory=ContentFlaggingReviewers)


class AccessControlSettings(Section, frozen=True):
    """Access by attributes of people."""

    EnableAttributeBasedAccessControl: bool = False
    EnableUserManagedAttributes: bool = False
