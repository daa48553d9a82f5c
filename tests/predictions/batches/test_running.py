"""A file through a model: read, checked, predicted, paged."""

import polars as pl
import pytest

from modelyard.models.tables import Model
from modelyard.predictions.batches.results import open_results
from tests.predictions.batches.yard import Batches

REVIEWS = "review,product\n" + "\n".join(f"{text},{'a' if i % 2 else 'b'}" for i, text in enumerate(
    ["great phone", "terrible and bad", "love it", "awful", "good quality"]
)) + "\n"  # fmt: skip
HOUSES = """size,rooms,town,garden,built
100.5,3,Hanoi,true,2010-05-01
50,2,Hue,false,2001-12-31
80,x,Saigon,true,2015-01-01
,1,Hanoi,maybe,2015-01-01
70,2,Dalat,true,31 May
"""


def test_a_file_of_texts_is_predicted_row_by_row(batches: Batches, reviews: Model) -> None:
    batch = batches.predicted(reviews, REVIEWS)
    assert (batch.state, batch.error) == ("succeeded", None), batch.error
    assert (batch.n_rows, batch.n_done, batch.n_failed) == (5, 5, 0)
    assert batch.counts == {"bad": 2, "good": 3}
    assert batch.mapping == {"review": "review"}
    assert batch.label_column == "product"
    rows = batches.rows(batch)
    assert [row.row for row in rows] == [1, 2, 3, 4, 5]
    assert [row.prediction for row in rows] == ["good", "bad", "good", "bad", "good"]
    assert [row.label for row in rows] == ["b", "a", "b", "a", "b"]
    assert all(abs(sum((row.probabilities or {}).values()) - 1) < 1e-9 for row in rows)
    assert all(row.confidence == max((row.probabilities or {}).values()) for row in rows)


def test_predictions_are_those_of_single_calls(batches: Batches, reviews: Model) -> None:
    from modelyard.endpoints.calling import call_endpoint

    batch = batches.predicted(reviews, REVIEWS)
    rows = batches.rows(batch)
    call = call_endpoint(batches.yard, batches.owner, reviews.endpoint_id or "", [row.inputs for row in rows])
    for row, output in zip(rows, call.outputs, strict=True):
        assert row.prediction == output["prediction"]
        assert row.probabilities == pytest.approx(output["probabilities"], abs=1e-12)


def test_every_row_is_checked_before_and_bad_rows_stop_no_others(batches: Batches, houses: Model) -> None:
    batch = batches.checked(houses, HOUSES)
    assert batch.state == "ready", batch.error
    assert batch.check is not None
    assert (batch.check["n_rows"], batch.check["n_bad"]) == (5, 3)
    told = {(reason["column"], reason["reason"][:12]): reason["rows"] for reason in batch.check["reasons"]}
    assert told[("rooms", "is not a num")] == [3]
    assert told[("garden", "is not true ")] == [4]
    assert told[("built", "is not a dat")] == [5]
    assert any("Dalat" in warning for warning in batch.check["warnings"])


def test_bad_rows_are_in_the_results_with_their_reason(batches: Batches, houses: Model) -> None:
    batch = batches.predicted(houses, HOUSES)
    assert batch.state == "succeeded", batch.error
    assert (batch.n_done, batch.n_failed) == (5, 3)
    rows = batches.rows(batch)
    assert [row.prediction is None for row in rows] == [False, False, True, True, True]
    assert rows[2].error == "'rooms' is not a number."
    assert rows[2].inputs["rooms"] == "x"
    assert [row.row for row in batches.rows(batch, only="failed")] == [3, 4, 5]
    with batches.yard.context(batches.owner, writes=False) as ctx, open_results(ctx, batch.id) as results:
        errors = list(results.errors())
    assert [error.row for error in errors] == [3, 4, 5]
    assert errors[0].values == ["80", "x", "Saigon", "true", "2015-01-01"]
    assert batch.numbers is not None
    assert sum(batch.numbers["histogram"]["counts"]) == 2


def test_results_stream_as_typed_frames(batches: Batches, houses: Model) -> None:
    batch = batches.predicted(houses, HOUSES)
    frame = batches.frame(batch)
    inputs = ["size", "rooms", "town", "garden", "built"]
    assert frame.columns == ["row", *inputs, "label", "prediction", "confidence", "is_sure"]
    assert frame.schema["built"] == pl.Date
    assert frame.schema["rooms"] == pl.Int64
    assert frame["rooms"].to_list() == [3, 2, None, 1, 2]
    assert frame["garden"].to_list() == [True, False, True, None, True]
    assert frame["prediction"].is_null().to_list() == [False, False, True, True, True]
