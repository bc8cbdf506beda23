"""Databases: SQLite, PostgreSQL and MySQL behind one object."""

from hubbub.core.db.batch import BatchWriter, QueueFull
from hubbub.core.db.catalog import ColumnInfo, IndexInfo, TableInfo, describe, table_names
from hubbub.core.db.database import Database
from hubbub.core.db.leased import LeasedRows
from hubbub.core.db.migrations import MigrationFailed, Step, migrate, planned
from hubbub.core.db.migrator import Migrator
from hubbub.core.db.origin import MattermostSchema, mattermost_schema
from hubbub.core.db.queries import execute_query, fetch_query, render_query
from hubbub.core.db.session import Params, Row
from hubbub.core.db.settings import SqlSettings
from hubbub.core.db.statement import Statement
from hubbub.core.db.survey import Finding, SchemaRefused, Survey, expected_tables, refuse_unfit, survey
from hubbub.core.db.tables import Index, Table

__all__ = [
    "BatchWriter",
    "ColumnInfo",
    "Database",
    "Finding",
    "Index",
    "IndexInfo",
    "LeasedRows",
    "MattermostSchema",
    "MigrationFailed",
    "Migrator",
    "Params",
    "QueueFull",
    "Row",
    "SchemaRefused",
    "SqlSettings",
    "Statement",
    "Step",
    "Survey",
    "Table",
    "TableInfo",
    "describe",
    "execute_query",
    "expected_tables",
    "fetch_query",
    "mattermost_schema",
    "migrate",
    "planned",
    "refuse_unfit",
    "render_query",
    "survey",
    "table_names",
]
