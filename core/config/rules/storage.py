"""Where things are kept: database, files, caches, search, several hosts."""

from collections.abc import Iterator
from typing import Final

from hubbub.core.config.model import Config
from hubbub.core.config.problems import Problem
from hubbub.core.config.rules.formats import doubtful, is_clock, is_url, wrong

SECRET_LENGTH: Final = 32


def check_storage(config: Config) -> Iterator[Problem]:
    """Yield what is wrong with the places where things are kept."""
    yield from _database(config)
    yield from _files(config)
    yield from _folders(config)
    yield from _caches_and_hosts(config)
    yield from _search(config)


def _database(config: Config) -> Iterator[Problem]:
    sql = config.SqlSettings
    if sql.DriverName != "sqlite" and not sql.DataSource:
        remedy = "Say how to reach the database, like postgres://user:password@host:5432/name."
        yield wrong("SqlSettings.DataSource", None, f"Empty, with the driver {sql.DriverName}.", remedy, "sql_data_src")
    if 0 < len(sql.AtRestEncryptKey) < SECRET_LENGTH:
        remedy = f"Use {SECRET_LENGTH} characters or more, or empty it to have one made (on a new server only)."
        yield wrong("SqlSettings.AtRestEncryptKey", None, "Too short.", remedy, "encrypt_sql")
    if sql.DriverName == "sqlite" and (sql.DataSourceReplicas or sql.DataSourceSearchReplicas):
        yield doubtful("SqlSettings.DataSourceReplicas", None, "SQLite has no replicas; unused.", "Remove them.")


def _files(config: Config) -> Iterator[Problem]:
    files = config.FileSettings
    if 0 < len(files.PublicLinkSalt) < SECRET_LENGTH:
        remedy = f"Use {SECRET_LENGTH} characters or more, or empty it to have one made; existing links then end."
        yield wrong("FileSettings.PublicLinkSalt", None, "Too short.", remedy, "file_salt")
    if files.DriverName == "local" and not files.Directory.strip():
        yield wrong("FileSettings.Directory", files.Directory, "Empty.", "Name a folder, like ./data/.", "directory")
    if files.DriverName == "amazons3" and not files.AmazonS3Bucket:
        yield doubtful("FileSettings.AmazonS3Bucket", "", "Empty, with the driver amazons3.", "Name the bucket.")


def _folders(config: Config) -> Iterator[Problem]:
    folders = {
        "FileSettings.Directory": config.FileSettings.Directory,
        "FileSettings.ExportDirectory": config.FileSettings.ExportDirectory,
        "ImportSettings.Directory": config.ImportSettings.Directory,
        "ExportSettings.Directory": config.ExportSettings.Directory,
        "PluginSettings.Directory": config.PluginSettings.Directory,
        "ComplianceSettings.Directory": config.ComplianceSettings.Directory,
        "HubbubSettings.DataDirectory": config.HubbubSettings.DataDirectory,
    }
    for key, folder in folders.items():
        if folder != folder.strip():
            yield wrong(key, folder, "Spaces around a folder's name.", "Remove them.", "directory_whitespace")
    for key, error in (
        ("ImportSettings.Directory", "import.directory"),
        ("ExportSettings.Directory", "export.directory"),
    ):
        if not folders[key]:
            yield wrong(key, "", "Empty.", "Name a folder.", error)
    if not folders["HubbubSettings.DataDirectory"]:
        yield wrong("HubbubSettings.DataDirectory", "", "Empty.", "Name a folder, like ./data.")


def _caches_and_hosts(config: Config) -> Iterator[Problem]:
    cache = config.CacheSettings
    if cache.CacheType == "redis":
        if not cache.RedisAddress:
            key = "CacheSettings.RedisAddress"
            yield wrong(key, "", "Empty, with the cache redis.", "Write host:port.", "empty_redis_address")
        if cache.RedisDB < 0:
            key = "CacheSettings.RedisDB"
            yield wrong(key, cache.RedisDB, "No database's number.", "Use 0 or more.", "invalid_redis_db")
    if config.ClusterSettings.Enable and config.EmailSettings.EnableEmailBatching:
        key = "EmailSettings.EnableEmailBatching"
        remedy = "Turn it, or ClusterSettings.Enable, off."
        yield wrong(key, True, "Not possible on several hosts.", remedy, "cluster_email_batching")
    if config.ClusterSettings.Enable and config.SqlSettings.DriverName == "sqlite":
        remedy = "Use PostgreSQL or MySQL, or turn ClusterSettings.Enable off."
        yield doubtful("ClusterSettings.Enable", True, "Several hosts can't share a SQLite file.", remedy)
    if config.HubbubSettings.Workers > 1 and config.SqlSettings.DriverName == "sqlite":
        remedy = "Use 0 or 1, or another database."
        workers = config.HubbubSettings.Workers
        yield doubtful("HubbubSettings.Workers", workers, "With SQLite more than one worker is slower.", remedy)


def _search(config: Config) -> Iterator[Problem]:
    search = config.ElasticsearchSettings
    if search.EnableIndexing and not is_url(search.ConnectionURL):
        key, error = "ElasticsearchSettings.ConnectionURL", "elastic_search.connection_url"
        yield wrong(key, search.ConnectionURL, "Not an address.", "Write it as http://host:9200.", error)
    remedy = "Turn ElasticsearchSettings.EnableIndexing on."
    for key, on, error in (
        ("EnableSearching", search.EnableSearching, "elastic_search.enable_searching"),
        ("EnableAutocomplete", search.EnableAutocomplete, "elastic_search.enable_autocomplete"),
    ):
        if on and not search.EnableIndexing:
            yield wrong(f"ElasticsearchSettings.{key}", True, "It needs indexing.", remedy, error)
    if not is_clock(search.PostsAggregatorJobStartTime):
        key, error = (
            "ElasticsearchSettings.PostsAggregatorJobStartTime",
            "elastic_search.posts_aggregator_job_start_time",
        )
        yield wrong(key, search.PostsAggregatorJobStartTime, "Not a time of day.", "Write HH:MM.", error)
