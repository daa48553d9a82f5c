"""Bytes that rows of several rooms share: what one of them lets go stays while another needs it."""

import io

from sqlalchemy import String

from modelyard.data.tables import Dataset
from modelyard.data.verbs import create_dataset, delete_dataset, get_dataset
from modelyard.kernel.db import Base
from modelyard.kernel.holding import all_held, held
from modelyard.models.tables import Model
from modelyard.predictions.batches.verbs import delete_batch
from tests.predictions.batches.yard import Batches

FILE = "review\ngreat phone\nbroke at once\n"
NO_ARTIFACT = {
    "api_keys.hash",
    "artifact_chunks.hash",
    "chunks.hash",
    "documents.content_hash",
    "models.scored_rows_hash",
    "models.dataset_hash",
    "page_variants.text_hash",
    "step_cache.result_hash",
    "users.password_hash",
    "vectors_ahead.hash",
}
"""Hashes of something else, or of bytes that may go: a step whose result is gone is executed anew."""


def dataset_of(batches: Batches, content: str) -> Dataset:
    with batches.yard.context(batches.owner) as ctx:
        return create_dataset(ctx, "Reviews", io.BytesIO(content.encode()), filename="reviews.csv")


def test_a_dataset_read_from_the_same_file_leaves_it_to_the_batch(batches: Batches, reviews: Model) -> None:
    batch = batches.given(reviews, FILE)
    dataset = dataset_of(batches, FILE)
    assert dataset.upload_hash == batch.upload_hash
    batches.driver(batches.yard, dataset.run_id or "")
    with batches.yard.context(batches.owner, writes=False) as ctx:
        assert get_dataset(ctx, dataset.id).state == "ready"
    assert batches.done(batch).state == "ready"


def test_a_dataset_that_goes_leaves_its_file_to_the_batch(batches: Batches, reviews: Model) -> None:
    batch, dataset = batches.given(reviews, FILE), dataset_of(batches, FILE)
    with batches.yard.context(batches.owner) as ctx:
        delete_dataset(ctx, dataset.id)
    assert batches.done(batch).state == "ready"


def test_a_file_that_is_known_is_not_kept_twice(batches: Batches, reviews: Model) -> None:
    batch = batches.given(reviews, FILE)
    assert batches.given(reviews, FILE).id == batch.id
    assert batches.done(batch).state == "ready"  # what the first one was to read was not taken away
    assert batches.given(reviews, FILE).id == batch.id
    assert not batches.yard.artifacts.exists(batch.upload_hash)


def test_a_batch_that_goes_takes_its_own_bytes_and_no_others(batches: Batches, reviews: Model) -> None:
    batch, dataset = batches.given(reviews, FILE), dataset_of(batches, FILE)
    batches.verb(delete_batch, batch)
    batches.driver(batches.yard, dataset.run_id or "")
    with batches.yard.context(batches.owner, writes=False) as ctx:
        assert get_dataset(ctx, dataset.id).state == "ready"
    ready = batches.predicted(reviews, FILE)
    own = {ready.rows_hash or "", ready.results_hash or ""}
    batches.verb(delete_batch, ready)
    assert not any(batches.yard.artifacts.exists(digest) for digest in own)
    with batches.yard.readers() as session:
        assert held(session, own) == set()
        assert all(batches.yard.artifacts.exists(digest) for digest in all_held(session))


def test_every_column_of_hashes_says_whether_it_holds_an_artifact() -> None:
    hashes = {
        f"{table.name}.{column.name}": column
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("hash") and isinstance(column.type, String)
    }
    assert {name for name, column in hashes.items() if not column.info} == NO_ARTIFACT
