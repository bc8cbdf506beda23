"""Rules for passwords and for the rate of requests."""

from typing import Annotated

from hubbub.core.config.setting import Section, Setting


class PasswordSettings(Section, frozen=True):
    """Rules for new passwords."""

    MinimumLength: Annotated[
        int, Setting("Shortest password, in bytes, 5 to 72", minimum=5, maximum=72, error="password_length")
    ] = 8
    Lowercase: Annotated[bool, Setting("Require a small letter")] = False
    Number: Annotated[bool, Setting("Require a digit")] = False
    Uppercase: Annotated[bool, Setting("Require a capital letter")] = False
    Symbol: Annotated[bool, Setting("Require a symbol")] = False
    EnableForgotLink: Annotated[bool, Setting("Show the link for forgotten passwords")] = True


class RateLimitSettings(Section, frozen=True):
    """How fast one client may send requests."""

    Enable: Annotated[bool, Setting("Limit how fast one client may send requests")] = False
    PerSec: Annotated[
        int, Setting("Requests per second that a client may send on average", minimum=1, error="rate_sec")
    ] = 10
    MaxBurst: Annotated[int, Setting("Requests that a client may send at once", minimum=1, error="max_burst")] = 100
    MemoryStoreSize: Annotated[int, Setting("Clients that are remembered", minimum=1, error="rate_mem")] = 10000
    VaryByRemoteAddr: Annotated[bool, Setting("Count per address")] = True
    VaryByUser: Annotated[bool, Setting("Count per signed-in person")] = False
    VaryByHeader: Annotated[str, Setting("Count per value of this header")] = ""
