"""Mail, links, languages, retention, exports, logs."""

import re
from collections.abc import Iterator
from typing import Final

from hubbub.core.config.model import Config
from hubbub.core.config.problems import Problem
from hubbub.core.config.rules.formats import doubtful, is_clock, is_port, is_url, wrong

LEVELS: Final = frozenset({"PANIC", "FATAL", "ERROR", "WARN", "INFO", "DEBUG", "TRACE"})
SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9.+-]*")
VERSION: Final = re.compile(r"\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?")
MOST_MEASURED_USERS: Final = 5


def check_content(config: Config) -> Iterator[Problem]:
    """Yield what is wrong with everything that is neither an address, a place nor a way to sign in."""
    yield from _mail(config)
    yield from _threads_and_links(config)
    yield from _links(config)
    yield from _retention(config)
    yield from _logs(config)


def _mail(config: Config) -> Iterator[Problem]:
    mail = config.EmailSettings
    if mail.SMTPPort and not is_port(mail.SMTPPort):
        yield doubtful("EmailSettings.SMTPPort", mail.SMTPPort, "Not a port.", "Write a number like 587.")
    if mail.SendEmailNotifications and not mail.SMTPServer:
        remedy = "Name the mail server, or turn EmailSettings.SendEmailNotifications off."
        yield doubtful("EmailSettings.SMTPServer", "", "Empty, but mails are to be sent.", remedy)
    if mail.SendPushNotifications and not is_url(mail.PushNotificationServer):
        remedy = "Write the push proxy's address, or turn EmailSettings.SendPushNotifications off."
        key = "EmailSettings.PushNotificationServer"
        yield doubtful(key, mail.PushNotificationServer, "Not an http or https address.", remedy)


def _threads_and_links(config: Config) -> Iterator[Problem]:
    service, display = config.ServiceSettings, config.DisplaySettings
    if service.CollapsedThreads != "disabled" and not service.ThreadAutoFollow:
        key, error = "ServiceSettings.ThreadAutoFollow", "collapsed_threads.autofollow"
        yield wrong(key, False, "Threads need it.", "Turn it on, or set CollapsedThreads to disabled.", error)
    for scheme in display.CustomURLSchemes:
        if not SCHEME.fullmatch(scheme):
            key, remedy = "DisplaySettings.CustomURLSchemes", "Write the part of a link before the colon, like tel."
            yield wrong(key, scheme, "Not a kind of link.", remedy, "display.custom_url_schemes")
    version = service.MinimumDesktopAppVersion
    if version and not VERSION.fullmatch(version):
        key = "ServiceSettings.MinimumDesktopAppVersion"
        yield wrong(key, version, "Not a version.", "Write it as 5.4.0.", "minimum_desktop_app_version")
    languages = [language.strip() for language in config.LocalizationSettings.AvailableLocales.split(",")]
    default = config.LocalizationSettings.DefaultClientLocale
    if languages != [""] and default not in languages:
        key, error = "LocalizationSettings.AvailableLocales", "localization.available_locales"
        yield wrong(key, ",".join(languages), f"The default, {default}, is missing.", "Add it.", error)


def _links(config: Config) -> Iterator[Problem]:
    for key in ("AppDownloadLink", "AndroidAppDownloadLink", "IosAppDownloadLink"):
        link = getattr(config.NativeAppSettings, key)
        if link and not is_url(link):
            remedy = "Write the whole address, or nothing."
            name = f"NativeAppSettings.{key}"
            yield wrong(name, link, "Not an http or https address.", remedy, "native_app_settings.download_link")
    support = config.SupportSettings
    if support.ReportAProblemType == "link" and not is_url(support.ReportAProblemLink):
        key, error = "SupportSettings.ReportAProblemLink", "report_a_problem_link.invalid"
        yield wrong(key, support.ReportAProblemLink, "Not an http or https address.", "Write the whole address.", error)
    if support.ReportAProblemType == "email" and "@" not in support.ReportAProblemMail:
        key, error = "SupportSettings.ReportAProblemMail", "report_a_problem_mail.invalid"
        yield wrong(key, support.ReportAProblemMail, "Not a mail address.", "Write one.", error)
    proxy = config.ImageProxySettings
    if proxy.Enable and proxy.ImageProxyType == "atmos/camo":
        if not is_url(proxy.RemoteImageProxyURL):
            key, error = "ImageProxySettings.RemoteImageProxyURL", "atmos_camo_image_proxy_url"
            yield wrong(key, proxy.RemoteImageProxyURL, "Not an http or https address.", "Write camo's address.", error)
        if not proxy.RemoteImageProxyOptions:
            key, error = "ImageProxySettings.RemoteImageProxyOptions", "atmos_camo_image_proxy_options"
            yield wrong(key, None, "Empty.", "Set the key that camo shares.", error)


def _retention(config: Config) -> Iterator[Problem]:
    retention = config.DataRetentionSettings
    for kind, on, days, hours in (
        ("message", retention.EnableMessageDeletion, retention.MessageRetentionDays, retention.MessageRetentionHours),
        ("file", retention.EnableFileDeletion, retention.FileRetentionDays, retention.FileRetentionHours),
    ):
        key = f"DataRetentionSettings.{kind.capitalize()}RetentionDays"
        if on and days == 0 and hours == 0:
            error = f"data_retention.{kind}_retention_both_zero"
            yield wrong(key, 0, "Days and hours are both 0.", "Set one of them.", error)
        if on and days > 0 and hours > 0:
            error = f"data_retention.{kind}_retention_misconfiguration"
            yield wrong(key, days, "Days and hours are both set.", "Set one of them to 0.", error)
    start, daily = retention.DeletionJobStartTime, config.MessageExportSettings.DailyRunTime
    if not is_clock(start):
        key, error = "DataRetentionSettings.DeletionJobStartTime", "data_retention.deletion_job_start_time"
        yield wrong(key, start, "Not a time of day.", "Write HH:MM.", error)
    if not is_clock(daily):
        key, error = "MessageExportSettings.DailyRunTime", "message_export.daily_runtime"
        yield wrong(key, daily, "Not a time of day.", "Write HH:MM.", error)


def _logs(config: Config) -> Iterator[Problem]:
    for key in ("ConsoleLevel", "FileLevel"):
        level = getattr(config.LogSettings, key)
        if level.upper() not in LEVELS:
            yield doubtful(f"LogSettings.{key}", level, "Not a level.", f"Use one of: {', '.join(sorted(LEVELS))}.")
    audit = config.ExperimentalAuditSettings
    if audit.FileEnabled and not audit.FileName:
        key, error = (
            "ExperimentalAuditSettings.FileName",
            "model.config.is_valid.experimental_audit_settings.file_name_empty",
        )
        yield wrong(key, "", "Empty, but the audit trail is on.", "Name a file.", error)
    measured = config.MetricsSettings.ClientSideUserIds
    if len(measured) > MOST_MEASURED_USERS:
        key, remedy = "MetricsSettings.ClientSideUserIds", f"Name {MOST_MEASURED_USERS} people at most."
        yield wrong(key, list(measured), "Too many.", remedy, "metrics_client_side_user_ids")
