"""Search in Elasticsearch or OpenSearch."""

from typing import Annotated

from hubbub.core.config.setting import Section, Setting


class ElasticsearchSettings(Section, frozen=True):
    """The search server."""

    ConnectionURL: Annotated[str, Setting("Address of the search server")] = "http://localhost:9200"
    Backend: Annotated[
        str,
        Setting(
            "elasticsearch or opensearch",
            choices=("elasticsearch", "opensearch"),
            error="elastic_search.invalid_backend",
        ),
    ] = "elasticsearch"
    Username: Annotated[str, Setting("User name at the search server")] = "elastic"
    Password: Annotated[str, Setting("Password at the search server", secret=True)] = "changeme"
    EnableIndexing: Annotated[bool, Setting("Keep the search server up to date")] = False
    EnableSearching: Annotated[bool, Setting("Search there")] = False
    EnableCJKAnalyzers: bool = False
    EnableAutocomplete: Annotated[bool, Setting("Complete names from there")] = False
    Sniff: bool = True
    PostIndexReplicas: int = 1
    PostIndexShards: int = 1
    ChannelIndexReplicas: int = 1
    ChannelIndexShards: int = 1
    UserIndexReplicas: int = 1
    UserIndexShards: int = 1
    AggregatePostsAfterDays: Annotated[int, Setting(minimum=1, error="elastic_search.aggregate_posts_after_days")] = 365
    PostsAggregatorJobStartTime: str = "03:00"
    IndexPrefix: Annotated[str, Setting("Text before every index's name")] = ""
    GlobalSearchPrefix: str = ""
    LiveIndexingBatchSize: Annotated[int, Setting(minimum=1, error="elastic_search.live_indexing_batch_size")] = 10
    BatchSize: Annotated[int, Setting(minimum=1, error="elastic_search.bulk_indexing_batch_size")] = 10000
    RequestTimeoutSeconds: Annotated[
        int,
        Setting(
            "Longest time a search may take, in seconds", minimum=1, error="elastic_search.request_timeout_seconds"
        ),
    ] = 30
    SkipTLSVerification: Annotated[bool, Setting("Accept the search server's certificate unchecked")] = False
    CA: str = ""
    ClientCert: str = ""
    ClientKey: str = ""
    Trace: str = ""
    IgnoredPurgeIndexes: str = ""
    EnableSearchPublicChannelsWithoutMembership: bool = False
