"""Files as they really come: each is read, or refused with what to do."""

import gzip
import io
from collections.abc import Callable

import polars as pl
import pytest

from modelyard.data.errors import UnreadableFile
from modelyard.kernel.errors import Conflict, Invalid
from modelyard.models.tables import Model
from modelyard.predictions.batches.errors_file import csv_lines
from modelyard.predictions.batches.verbs import start_batch
from tests.predictions.batches.yard import Batches

TEXT = "review\ngreat phone – tốt\nbad screen\n"


def excel(frame: pl.DataFrame) -> bytes:
    content = io.BytesIO()
    frame.write_excel(content)
    return content.getvalue()


def parquet(frame: pl.DataFrame) -> bytes:
    content = io.BytesIO()
    frame.write_parquet(content)
    return content.getvalue()


FRAME = pl.DataFrame({"review": ["great phone – tốt", "bad screen"]})
GIVEN: dict[str, bytes] = {
    "bom.csv": b"\xef\xbb\xbf" + TEXT.encode(),
    "utf16.csv": TEXT.encode("utf-16"),
    "tabs.tsv": TEXT.replace("review\n", "review\tn\n").replace("tốt\n", "tốt\t1\n").replace("n\n", "n\t2\n", 2)
    .replace("review\tn\t2", "review\tn").encode(),
    "lines.jsonl": FRAME.write_ndjson().encode(),
    "list.json": FRAME.write_json().encode(),
    "table.parquet": parquet(FRAME),
    "sheet.xlsx": excel(FRAME),
    "packed.csv.gz": gzip.compress(TEXT.encode()),
}  # fmt: skip


@pytest.mark.parametrize("filename", GIVEN)
def test_every_format_gives_the_same_rows(batches: Batches, reviews: Model, filename: str) -> None:
    batch = batches.predicted(reviews, GIVEN[filename], filename)
    assert batch.state == "succeeded", batch.error
    assert [row.inputs["review"] for row in batches.rows(batch)] == FRAME["review"].to_list()
    assert [row.prediction for row in batches.rows(batch)] == ["good", "bad"]


def test_windows_1252_is_read_and_told(batches: Batches, reviews: Model) -> None:
    batch = batches.predicted(reviews, "review\ngreat café “good”\nbad\n".encode("cp1252"))
    assert batches.rows(batch)[0].inputs["review"] == "great café “good”"
    assert any("Windows-1252" in note for note in batch.notes)


def test_ragged_rows_fail_and_the_others_go_on(batches: Batches, reviews: Model) -> None:
    batch = batches.predicted(reviews, "review,n\ngreat,1\nbad\nlove it,2\nawful, really, bad,3\ngood,4\n")
    assert batch.state == "succeeded", batch.error
    assert (batch.n_rows, batch.n_failed) == (5, 2)
    rows = batches.rows(batch)
    assert [row.row for row in rows] == [1, 2, 3, 4, 5]
    assert [row.prediction is None for row in rows] == [False, True, False, True, False]
    assert "another number of cells" in (rows[1].error or "").lower()
    assert [row.inputs["review"] for row in rows if row.error is None] == ["great", "love it", "good"]


def test_a_cell_of_10_mb_is_refused_by_its_row(batches: Batches, reviews: Model) -> None:
    batch = batches.checked(reviews, "review\ngreat\n" + "x" * 10_000_000 + "\nbad\n")
    assert batch.state == "failed"
    assert batch.error is not None
    assert batch.error["message"] == "Row 3 has a cell of more than 4.0 MB."
    assert "MODELYARD_MAX_CELL_BYTES" in batch.error["hint"]


def test_a_long_cell_below_the_limit_is_predicted_and_shown_cut(batches: Batches, reviews: Model) -> None:
    from modelyard.predictions.batches.schemas import ResultRowOut

    batch = batches.predicted(reviews, "review\n" + "great " * 500_000 + "\nbad\n")
    assert batch.state == "succeeded", (batch.error, batch.check)
    row = batches.rows(batch)[0]
    assert row.prediction == "good"
    assert len(row.inputs["review"]) >= 2_999_999
    assert len(ResultRowOut.of(row).inputs["review"]) == 2001


def test_empty_and_whitespace_texts_fail_alone(batches: Batches, reviews: Model) -> None:
    batch = batches.predicted(reviews, 'review,n\ngreat,1\n"",2\n"  ",3\n\u00a0,4\nbad,5\n')
    assert (batch.n_rows, batch.n_failed) == (5, 3)
    assert batch.check is not None
    assert batch.check["reasons"][0]["rows"] == [2, 3, 4]


def test_texts_of_stop_words_or_of_unknown_words_are_predicted(batches: Batches, reviews: Model) -> None:
    batch = batches.predicted(reviews, "review\nof to by\n!?!\nxyzzy\n")
    assert (batch.state, batch.n_failed) == ("succeeded", 0), batch.error
    probabilities = [row.probabilities for row in batches.rows(batch)]
    assert probabilities[0] == probabilities[1] == probabilities[2], "no word of them was learned"


def test_emoji_and_text_from_right_to_left_come_back_as_they_are(batches: Batches, reviews: Model) -> None:
    texts = ["👨‍👩‍👧‍👦 great", "مرحبا bad", "\u202egreat", "e\u0301 good"]
    batch = batches.predicted(reviews, "\n".join(["review", *texts]))
    assert [row.inputs["review"] for row in batches.rows(batch)] == texts


def test_formulas_are_data_and_harmless_in_the_error_file(batches: Batches, houses: Model) -> None:
    lines = "size,rooms,town,garden,built\n50,2,=cmd|' /C calc'!A0,true,2010-05-01\n=1+1,2,Hue,true,2010-05-01\n"
    batch = batches.predicted(houses, lines)
    assert (batch.state, batch.n_failed) == ("succeeded", 1), batch.error
    assert batches.rows(batch)[0].inputs["town"] == "=cmd|' /C calc'!A0"
    with batches.yard.context(batches.owner, writes=False) as ctx:
        written = b"".join(csv_lines(ctx, batch.id)).decode()
    assert ",'=1+1," in written


def test_nul_in_json_fails_its_row_only(batches: Batches, reviews: Model) -> None:
    batch = batches.predicted(reviews, '{"review": "great"}\n{"review": "a\\u0000b"}\n', "rows.jsonl")
    assert (batch.n_rows, batch.n_failed) == (2, 1)
    assert "NUL" in (batches.rows(batch)[1].error or "")


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_refused_at_once(batches: Batches, reviews: Model, content: str) -> None:
    with pytest.raises(UnreadableFile, match="empty"):
        batches.given(reviews, content)


def test_a_header_alone_is_refused_with_what_to_do(batches: Batches, reviews: Model) -> None:
    batch = batches.checked(reviews, "review,stars\n")
    assert batch.state == "failed"
    assert batch.error is not None
    assert batch.error["message"] == "There is a header but no row below it."
    assert batch.error["hint"] == "Check that the export finished."


def test_wrong_columns_are_told_and_nothing_starts_by_itself(batches: Batches, houses: Model) -> None:
    batch = batches.predicted(houses, "colour,weight\nred,5\nblue,6\n")
    assert batch.state == "ready"
    assert batch.check is not None
    assert batch.check["n_bad"] == 2
    assert batch.mapping == dict.fromkeys(["size", "rooms", "town", "garden", "built"])
    with pytest.raises(Invalid, match="No row"):
        batches.verb(start_batch, batch)


def test_columns_of_one_name_are_told_apart(batches: Batches, reviews: Model) -> None:
    batch = batches.predicted(reviews, "review,review\ngreat,bad\nlove,awful\n")
    assert batch.state == "succeeded", batch.error
    assert [column["name"] for column in batch.columns] == ["review", "review_2"]
    assert any("review_2" in note for note in batch.notes)
    assert [row.inputs["review"] for row in batches.rows(batch)] == ["great", "love"]


@pytest.mark.parametrize(
    "content",
    [
        "This phone is great; I love it.\nbad: awful, terrible\ngood",
        "great phone and works very well\nbad screen, it broke\ngood",
    ],
)
def test_a_column_of_texts_without_a_header_loses_no_row(batches: Batches, reviews: Model, content: str) -> None:
    batch = batches.predicted(reviews, content, "reviews.txt")
    assert batch.state == "succeeded", batch.error
    assert [row.inputs["review"] for row in batches.rows(batch)] == content.splitlines()
    assert any("first row holds values" in note for note in batch.notes)


def test_a_header_can_be_denied(batches: Batches, reviews: Model) -> None:
    assert batches.checked(reviews, "Nice\ngood\nbad\n").n_rows == 2
    assert batches.checked(reviews, "Nice\ngood\nbad\n", header="no").n_rows == 3


def test_numbers_and_dates_are_read_as_most_are_written(batches: Batches, houses: Model) -> None:
    lines = (
        "Size;ROOMS;Town;garden;built\n100,5;3;Hue;1;31.12.2001\n80,25;x;Hue;TRUE;01.02.2003\n70;2.5;Hue;0;05.06.2004\n"
    )
    batch = batches.predicted(houses, lines)
    assert batch.state == "succeeded", (batch.error, batch.check)
    assert [row.inputs.get("size") for row in batches.rows(batch)] == [100.5, "80,25", 70.0]
    assert batches.rows(batch)[0].inputs["built"] == "2001-12-31"
    assert batches.rows(batch)[2].inputs["rooms"] == 2.5
    assert (batch.n_failed, batches.frame(batch)["rooms"].to_list()) == (1, [3.0, None, 2.5])


def test_dates_of_two_readings_are_not_guessed(batches: Batches, houses: Model) -> None:
    batch = batches.checked(houses, "size,rooms,town,garden,built\n1,2,Hue,1,01/02/2003\n1,2,Hue,1,03/04/2005\n")
    assert batch.check is not None
    assert batch.check["n_bad"] == 2
    assert "day first or month first" in batch.check["reasons"][0]["reason"]


def test_results_that_are_not_there_yet_are_said(batches: Batches, reviews: Model) -> None:
    batch = batches.checked(reviews, TEXT)
    reads: list[Callable[[], object]] = [lambda: batches.rows(batch)]
    for read in reads:
        with pytest.raises(Conflict, match="no results yet"):
            read()
