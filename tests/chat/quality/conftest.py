"""A manual of three pages as a collection, synced once for all tests of a file that only read it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from tests.chat.quality.manual import Manual
from tests.conftest import application_over, sign_in


@pytest.fixture(scope="module")
def manual(shared_yard: tuple[Yard, Actor], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Manual]:
    """The manual before the whole application, with a signed-in browser."""
    yard, owner = shared_yard
    with TestClient(application_over(yard)) as client:
        sign_in(yard, client)
        yield Manual.made(yard, owner, client, tmp_path_factory.mktemp("manual"))


@pytest.fixture
def own_manual(yard: Yard, owner: Actor, client: TestClient, tmp_path: Path) -> Manual:
    """A manual of this test's own."""
    return Manual.made(yard, owner, client, tmp_path)
