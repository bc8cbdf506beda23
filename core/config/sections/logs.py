"""Logs, the audit trail and metrics."""

from typing import Annotated, Any

from msgspec import field

from hubbub.core.config.setting import Section, Setting


class LogSettings(Section, frozen=True):
    """The log."""

    EnableConsole: Annotated[bool, Setting("Write the log to standard output")] = True
    ConsoleLevel: Annotated[str, Setting("Least important level on the console")] = "DEBUG"
    ConsoleJson: Annotated[bool, Setting("Console lines as JSON")] = True
    EnableColor: bool = False
    EnableFile: Annotated[bool, Setting("Write the log to a file")] = True
    FileLevel: Annotated[str, Setting("Least important level in the file")] = "INFO"
    FileJson: Annotated[bool, Setting("Lines of the file as JSON")] = True
    FileLocation: Annotated[str, Setting("Folder of the log file; empty is ./logs")] = ""
    EnableWebhookDebugging: Annotated[bool, Setting("Log what webhooks receive")] = True
    EnableDiagnostics: Annotated[bool, Setting("Told to clients only; Hubbub sends no telemetry")] = True
    EnableSentry: bool = True
    AdvancedLoggingJSON: Any = field(default_factory=dict)
    MaxFieldSize: Annotated[int, Setting("Longest value of a field in the log, in bytes", minimum=0)] = 2048


class ExperimentalAuditSettings(Section, frozen=True):
    """The audit trail."""

    FileEnabled: Annotated[bool, Setting("Write the audit trail to a file")] = False
    FileName: Annotated[str, Setting("Path of that file")] = ""
    AdvancedLoggingJSON: Any = field(default_factory=dict)
    Certificate: str = ""


class MetricsSettings(Section, frozen=True):
    """Metrics for Prometheus."""

    Enable: Annotated[bool, Setting("Serve metrics for Prometheus", restart=True)] = False
    BlockProfileRate: int = 0
    ListenAddress: Annotated[str, Setting("Address and port on which metrics are served", restart=True)] = ":8067"
    EnableClientMetrics: bool = True
    EnableNotificationMetrics: bool = True
    ClientSideUserIds: tuple[str, ...] = ()


class AnalyticsSettings(Section, frozen=True):
    """Statistics."""

    MaxUsersForStatistics: Annotated[
        int, Setting("Accounts up to which expensive statistics are counted", minimum=0)
    ] = 2500
