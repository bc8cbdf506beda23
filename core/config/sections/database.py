"""Where the data is kept."""

from typing import Annotated

from hubbub.core.config.setting import Section, Setting


class ReplicaLag(Section, frozen=True):
    """How to ask one replica how far behind it is."""

    DataSource: Annotated[str, Setting(secret=True)] = ""
    QueryAbsoluteLag: str = ""
    QueryTimeLag: str = ""


class SqlSettings(Section, frozen=True):
    """The database."""

    DriverName: Annotated[
        str,
        Setting(
            "Database: sqlite, postgres or mysql",
            restart=True,
            choices=("sqlite", "postgres", "mysql"),
            error="sql_driver",
        ),
    ] = "sqlite"
    DataSource: Annotated[
        str,
        Setting(
            "How to reach the database; empty with sqlite is hubbub.db in the data folder", secret=True, restart=True
        ),
    ] = ""
    DataSourceReplicas: Annotated[
        tuple[str, ...], Setting("Replicas for reading, each like DataSource", secret=True, restart=True)
    ] = ()
    DataSourceSearchReplicas: Annotated[
        tuple[str, ...],
        Setting(
            "Replicas for searching, each like DataSource; without any, those for reading search",
            secret=True,
            restart=True,
        ),
    ] = ()
    MaxIdleConns: Annotated[
        int, Setting("Connections kept open while idle, per process", restart=True, minimum=1, error="sql_idle")
    ] = 50
    ConnMaxLifetimeMilliseconds: Annotated[
        int,
        Setting(
            "Age at which a connection is replaced, in milliseconds",
            restart=True,
            minimum=0,
            error="sql_conn_max_lifetime_milliseconds",
        ),
    ] = 3600000
    ConnMaxIdleTimeMilliseconds: Annotated[
        int,
        Setting(
            "Idle time after which a connection is closed, in milliseconds",
            restart=True,
            minimum=0,
            error="sql_conn_max_idle_time_milliseconds",
        ),
    ] = 300000
    MaxOpenConns: Annotated[
        int, Setting("Most connections per process and database server", restart=True, minimum=1, error="sql_max_conn")
    ] = 100
    Trace: Annotated[bool, Setting("Write every statement to the log")] = False
    AtRestEncryptKey: Annotated[
        str,
        Setting(
            "Key that protects secrets in the database; never change it on a server in use",
            secret=True,
            restart=True,
            random=32,
        ),
    ] = ""
    QueryTimeout: Annotated[
        int,
        Setting("Longest time a statement may take, in seconds", restart=True, minimum=1, error="sql_query_timeout"),
    ] = 30
    DisableDatabaseSearch: Annotated[bool, Setting("Do not search in the database")] = False
    MigrationsStatementTimeoutSeconds: Annotated[
        int, Setting("Longest time a statement of a migration may take, in seconds", minimum=0)
    ] = 100000
    ReplicaLagSettings: tuple[ReplicaLag, ...] = ()
    ReplicaMonitorIntervalSeconds: Annotated[
        int,
        Setting(
            "How often replicas are looked at, in seconds; one that is further behind is left out",
            restart=True,
            minimum=1,
        ),
    ] = 5
