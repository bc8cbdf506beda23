"""Several servers as one, caches and background jobs."""

from typing import Annotated

from hubbub.core.config.setting import Section, Setting


class ClusterSettings(Section, frozen=True):
    """Several hosts as one site."""

    Enable: Annotated[bool, Setting("Several hosts serve one site", restart=True)] = False
    ClusterName: Annotated[str, Setting("Hosts with the same name belong together", restart=True)] = ""
    OverrideHostname: str = ""
    NetworkInterface: str = ""
    BindAddress: str = ""
    AdvertiseAddress: str = ""
    UseIPAddress: bool = True
    EnableGossipCompression: bool = True
    EnableGossipEncryption: bool = True
    ReadOnlyConfig: Annotated[bool, Setting("Refuse changes over the API while in a cluster")] = True
    GossipPort: Annotated[int, Setting(minimum=1, maximum=65535)] = 8074


class CacheSettings(Section, frozen=True):
    """Caches."""

    CacheType: Annotated[
        str, Setting("lru (in memory) or redis", restart=True, choices=("lru", "redis"), error="cache_type")
    ] = "lru"
    RedisAddress: Annotated[str, Setting("Host and port of Redis", restart=True)] = ""
    RedisPassword: Annotated[str, Setting("Password of Redis", secret=True, restart=True)] = ""
    RedisDB: Annotated[int, Setting("Number of the Redis database", restart=True)] = -1
    RedisCachePrefix: Annotated[str, Setting("Text before every key in Redis", restart=True)] = ""
    DisableClientCache: bool = False


class JobSettings(Section, frozen=True):
    """Background work."""

    RunJobs: Annotated[bool, Setting("This host does background work")] = True
    RunScheduler: Annotated[bool, Setting("This host may be the one that starts regular work")] = True
    CleanupJobsThresholdDays: Annotated[
        int, Setting("Age at which finished jobs are deleted, in days; -1 is never")
    ] = -1
    CleanupConfigThresholdDays: int = -1


class ConnectedWorkspacesSettings(Section, frozen=True):
    """Channels shared with other servers."""

    EnableSharedChannels: bool = False
    EnableRemoteClusterService: bool = False
    DisableSharedChannelsStatusSync: bool = False
    SyncUsersOnConnectionOpen: bool = False
    GlobalUserSyncBatchSize: int = 25
    MaxPostsPerSync: int = 50
    MemberSyncBatchSize: int = 20
