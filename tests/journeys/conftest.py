"""Fixtures of the journeys."""

from collections.abc import Iterator

import pytest

from tests.journeys.server import Server


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, database_kind: str, request: pytest.FixtureRequest
) -> Iterator[Server]:
    """A running yard with its worker, for all tests of a file."""
    url = request.getfixturevalue("module_postgres_url") if database_kind == "postgres" else ""
    server = Server(tmp_path_factory.mktemp("yard"), url)
    yield server
    server.stop()
