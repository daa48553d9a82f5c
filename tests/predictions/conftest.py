"""What all tests of predictions share: models, and batches of files given to them."""

from tests.predictions.batches.conftest import batches, houses, reviews  # noqa: F401 — fixtures
