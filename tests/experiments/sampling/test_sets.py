"""The question sets that ship with the product are read as samples, and the one about the product tells the truth."""

import gzip
import io
from pathlib import Path

import polars as pl
import pytest

from modelyard.data.catalogue import Sample as Entry
from modelyard.data.catalogue import catalogue
from tests.experiments.sampling.test_choosing import read

SETS = [entry for entry in catalogue() if entry.holds == "questions"]
GUIDES = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("entry", SETS, ids=lambda entry: entry.key)
def test_every_question_has_its_answer(entry: Entry, tmp_path: Path) -> None:
    rows = pl.read_csv(io.BytesIO(gzip.decompress(entry.path.read_bytes())), infer_schema=False).to_dict(
        as_series=False
    )
    found = read(tmp_path, rows)
    assert found.n == entry.n_rows
    assert found.n_without_answer == 0
    assert not found.notes
    assert len({each.question for each in found.samples}) > 0.98 * found.n
    if entry.key != "questions_gsm8k":
        assert all(each.group for each in found.samples)
    assert all(each.answer in each.choices for each in found.samples if each.choices)


def test_what_is_told_of_the_product_stands_in_its_guides(tmp_path: Path) -> None:
    entry = next(entry for entry in SETS if entry.key == "questions_product")
    rows = pl.read_csv(io.BytesIO(gzip.decompress(entry.path.read_bytes())), infer_schema=False).to_dict(
        as_series=False
    )
    told = "\n".join(" ".join(path.read_text(encoding="utf-8").split()) for path in GUIDES.glob("*/*.md"))
    for sample in read(tmp_path, rows).samples:
        if sample.is_answerable:
            assert " ".join((sample.truth or "").split()) in told, sample.question
        else:
            assert sample.answer is None
