"""A yard in which experiments are run."""

import pytest

from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from tests.experiments.running.asking import Asking


@pytest.fixture
def asking(yard: Yard, owner: Actor) -> Asking:
    """Experiments in this test's yard."""
    return Asking(yard, owner)
