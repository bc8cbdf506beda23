"""How long sessions live (ServiceSettings, in hours and minutes), and when activity prolongs them."""

from typing import Any, Final

from hubbub.core.contracts.sessions import Session

HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR
ACTIVITY_INTERVAL: Final = 5 * 60_000
"""last_activity_at is written at most this often (ms)."""
ACCESS_TOKEN_LIFETIME: Final = 876_000 * HOUR

TYPE: Final = "type"
ACCESS_TOKEN_TYPE: Final = "UserAccessToken"


def is_access_token(session: Session) -> bool:
    """Say whether the session belongs to a personal access token."""
    return session.props.get(TYPE) == ACCESS_TOKEN_TYPE


def is_mobile(session: Session) -> bool:
    """Say whether the session is one of a mobile app."""
    return bool(session.device_id) or session.props.get("isMobile") == "true"


def length_of(session: Session, config: Any) -> int:
    """Return how long a session of this kind lives (ms)."""
    service = config.ServiceSettings
    if is_mobile(session):
        hours = service.SessionLengthMobileInHours
    elif session.is_oauth or "isOAuthUser" in session.props or "isSaml" in session.props:
        hours = service.SessionLengthSSOInHours
    else:
        hours = service.SessionLengthWebInHours
    return int(hours) * HOUR


def is_idle(session: Session, now: int, config: Any) -> bool:
    """Say whether the session was unused for too long (SessionIdleTimeoutInMinutes)."""
    service = config.ServiceSettings
    limit = service.SessionIdleTimeoutInMinutes * 60_000
    if limit <= 0 or service.ExtendSessionLengthWithActivity:
        return False
    if is_access_token(session) or session.is_oauth or is_mobile(session):
        return False
    # What is written at most every five minutes may be so much behind.
    return bool(now - session.last_activity_at > limit + ACTIVITY_INTERVAL)


def extended_to(session: Session, now: int, config: Any) -> int:
    """Return the new end of a session that is used at `now`, 0 to leave it as it is.

    It is moved when 1% of the length has passed since, but not more often than every five minutes and at least daily.
    """
    if not config.ServiceSettings.ExtendSessionLengthWithActivity or not session.expires_at or is_access_token(session):
        return 0
    length = length_of(session, config)
    threshold = max(ACTIVITY_INTERVAL, min(length // 100, DAY))
    used = length - (session.expires_at - now)
    return now + length if used >= threshold else 0
