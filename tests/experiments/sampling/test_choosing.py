"""Samples come from a dataset by its columns, drawn by a seed with every group in proportion."""

from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from modelyard.experiments.document import SampleChoice
from modelyard.experiments.sampling.choosing import Samples, read_samples
from modelyard.kernel.errors import Invalid


def read(tmp_path: Path, rows: dict[str, list[Any]], **choice: Any) -> Samples:
    """Return the samples of a table; `choice` is which are drawn."""
    path = tmp_path / "rows.parquet"
    pl.DataFrame(rows).write_parquet(path, row_group_size=7)
    return read_samples(path, SampleChoice(dataset="d", **choice))


def test_columns_are_found_by_their_usual_names(tmp_path: Path) -> None:
    rows = {
        "Task": ["sums", "sums"],
        "input": ["1 + 1", "2 + 2"],
        "target": [2, 4],
        "aliases": ['["two", "II"]', None],
        "options": ["2\n3", None],
    }
    first = next(each for each in read(tmp_path, rows).samples if each.question == "1 + 1")
    assert (first.id, first.answer, first.aliases, first.group) == ("1", "2", ("two", "II"), "sums")
    assert first.choices == ("2", "3")


def test_a_list_of_answers_gives_the_answer_and_its_aliases(tmp_path: Path) -> None:
    rows = {"question": ["Who?"], "answers": ['["Ada Lovelace", "Ada"]']}
    assert read(tmp_path, rows).samples[0].answers == ("Ada Lovelace", "Ada")


def test_a_worked_answer_counts_by_what_stands_behind_its_steps(tmp_path: Path) -> None:
    rows = {"question": ["How many?"], "answer": ["48/2 = <<48/2=24>>24 clips in May.\n#### 72"]}
    assert read(tmp_path, rows).samples[0].answer == "72"


def test_whoever_draws_more_keeps_what_was_drawn_and_groups_stand_in_proportion(tmp_path: Path) -> None:
    rows = {
        "id": [f"q{n}" for n in range(300)],
        "question": [f"Question {n}?" for n in range(300)],
        "group": ["a"] * 200 + ["b"] * 70 + ["c"] * 30,
    }
    few, more = (read(tmp_path, rows, limit=n).samples for n in (30, 90))
    assert more[:30] == few
    assert Counter(each.group for each in few) == {"a": 20, "b": 7, "c": 3}
    assert [each.id for each in read(tmp_path, rows, limit=30, seed=1).samples] != [each.id for each in few]


def test_ids_that_stand_more_than_once_are_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="'q1'") as refused:
        read(tmp_path, {"id": ["q1", "q1"], "question": ["a", "b"]})
    assert refused.value.fields[0].path == ("samples", "columns")


def test_a_dataset_without_a_question_is_refused_with_its_columns(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="question") as refused:
        read(tmp_path, {"price": [1.0], "size": [2.0]})
    assert "price, size" in (refused.value.hint or "")


def test_rows_that_ask_nothing_are_left_out_and_counted(tmp_path: Path) -> None:
    found = read(tmp_path, {"question": ["a?", " ", None], "answer": ["1", "2", "3"]})
    assert found.n == 1
    assert found.notes == ["2 rows without a question are left out."]
    with pytest.raises(Invalid, match="No row"):
        read(tmp_path, {"question": ["", None]})


def test_a_dataset_without_answers_says_what_can_score(tmp_path: Path) -> None:
    found = read(tmp_path, {"question": ["a?", "b?"]})
    assert found.n_without_answer == 2
    assert "no answers" in found.notes[0]


def test_a_name_with_a_dot_is_a_column_and_no_path(tmp_path: Path) -> None:
    rows = {"the.question": ["a?"], "answer": ["1"]}
    assert read(tmp_path, rows, columns={"question": "the.question"}).samples[0].question == "a?"


def test_of_more_than_a_hundred_thousand_rows_so_many_are_drawn_and_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pl.DataFrame({"question": [f"{n} + 1?" for n in range(100_001)]}).write_parquet(path)
    found = read_samples(path, SampleChoice(dataset="d"), most=3)
    assert (found.n, found.n_rows, len(found.samples)) == (100_000, 100_001, 3)
    assert found.notes[0].startswith("100,000 of 100,001 questions are drawn")
    few = read_samples(path, SampleChoice(dataset="d", limit=3))
    assert few.samples == found.samples
    assert "are drawn" not in few.notes[0]
