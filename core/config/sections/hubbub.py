"""What only Hubbub has."""

from typing import Annotated

from hubbub.core.config.setting import Section, Setting


class HubbubSettings(Section, frozen=True):
    """Settings of Hubbub itself; other servers ignore the section."""

    DataDirectory: Annotated[
        str, Setting("Folder for the database file and what plugins keep", restart=True, ours=True)
    ] = "./data"
    RunDirectory: Annotated[
        str, Setting("Folder for sockets and process ids; empty is run in the data folder", restart=True, ours=True)
    ] = ""
    Workers: Annotated[
        int, Setting("Worker processes; 0 chooses by processors and database", restart=True, minimum=0, ours=True)
    ] = 0
    TrustedProxies: Annotated[
        tuple[str, ...],
        Setting("Addresses or networks of proxies whose client address is believed", ours=True),
    ] = ()
    LogAccess: Annotated[bool, Setting("Write a line to the log for every request", ours=True)] = False


class MessageFilters(Section, frozen=True):
    """What happens around plugins that look at messages before they are posted or edited."""

    Order: Annotated[
        tuple[str, ...],
        Setting("Ids of plugins whose filters come first, in this order; the others follow as they do", ours=True),
    ] = ()
    OnError: Annotated[
        str,
        Setting(
            "What becomes of a message when a filter fails or takes too long: reject or pass",
            choices=("reject", "pass"),
            ours=True,
        ),
    ] = "reject"
    TimeLimitMilliseconds: Annotated[
        int, Setting("How long one filter may take for a message", minimum=10, maximum=60_000, ours=True)
    ] = 2_000
