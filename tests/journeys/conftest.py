"""Fixtures of the journeys."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.server import Server


@pytest.fixture
def server(tmp_path: Path, database_kind: str, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A running yard with its worker."""
    url = request.getfixturevalue("postgres_url") if database_kind == "postgres" else ""
    server = Server(tmp_path / "data", url)
    yield server
    server.stop()
