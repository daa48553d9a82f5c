"""Models to give files to: one that reads texts, one that reads columns of every type."""

from pathlib import Path

import pytest

from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.models.tables import Model
from tests.predictions.batches.yard import Batches, table_model, text_model


@pytest.fixture
def reviews(yard: Yard, owner: Actor) -> Model:
    """A model that says from a review whether it is good or bad."""
    return text_model(yard, owner)


@pytest.fixture
def houses(yard: Yard, owner: Actor) -> Model:
    """A model that says a price from numbers, a category, a truth value and a date."""
    return table_model(yard, owner)


@pytest.fixture
def batches(yard: Yard, owner: Actor, tmp_path: Path) -> Batches:
    """Gives files to endpoints and drives the runs."""
    return Batches(yard, owner, tmp_path)
