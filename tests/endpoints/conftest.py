"""Fixtures of the endpoint tests: a model that answers, and programs that come with keys."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from fastapi.testclient import TestClient

from modelyard.doors.api.app import create_app
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.models.tables import Model
from tests.models.rows import mixed, table_of
from tests.models.yard import draft_of, register

ROW: dict[str, Any] = {"a": 0.3, "city": "Huế", "age": 40, "member": True}
Programs = Callable[[str], TestClient]


@pytest.fixture
def model(yard: Yard, owner: Actor) -> Model:
    table = table_of(mixed(200).drop("value"), "two", "classification")
    return register(yard, owner, draft_of(yard, table, LightGBM(n_estimators=5))[1])


@pytest.fixture
def address(model: Model) -> str:
    return f"/api/v1/endpoints/{model.endpoint_id}"


@pytest.fixture
def programs(yard: Yard) -> Iterator[Programs]:
    """Open clients that come with a key and no cookie."""
    with ExitStack() as stack:
        app = create_app(yard=yard)
        yield lambda key: stack.enter_context(TestClient(app, headers={"Authorization": f"Bearer {key}"}))
