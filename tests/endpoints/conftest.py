"""Fixtures of the endpoint tests: a model that answers, and programs that come with keys."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.models.draft import ModelDraft
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.models.tables import Model
from tests.conftest import application_over
from tests.models.rows import mixed, table_of
from tests.models.yard import draft_of, register

ROW: dict[str, Any] = {"a": 0.3, "city": "Huế", "age": 40, "member": True}
Programs = Callable[[str], TestClient]


@pytest.fixture(scope="module")
def trained(shared_yard: tuple[Yard, Actor]) -> tuple[Path, ModelDraft]:
    """A model trained once: the folder of its artifacts, and what a run would register."""
    table = table_of(mixed(200).drop("value"), "two", "classification")
    draft = draft_of(shared_yard[0], table, LightGBM(n_estimators=5))[1]
    return shared_yard[0].settings.data / "artifacts", draft


@pytest.fixture
def model(yard: Yard, owner: Actor, trained: tuple[Path, ModelDraft]) -> Model:
    folder, draft = trained
    shutil.copytree(folder, yard.settings.data / "artifacts", dirs_exist_ok=True)
    return register(yard, owner, draft)


@pytest.fixture
def address(model: Model) -> str:
    return f"/api/v1/endpoints/{model.endpoint_id}"


@pytest.fixture
def programs(yard: Yard) -> Iterator[Programs]:
    """Open clients that come with a key and no cookie."""
    with ExitStack() as stack:
        app = application_over(yard)
        yield lambda key: stack.enter_context(TestClient(app, headers={"Authorization": f"Bearer {key}"}))
