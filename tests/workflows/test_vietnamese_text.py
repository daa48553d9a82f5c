"""Vietnamese text as words: segmented in the node, in its exported code, and where a model needs the segmenter."""

import runpy
import sys
import unicodedata
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from modelyard.data.words.segment import is_installed
from modelyard.models.alone.needs import requirements
from modelyard.workflows.check import check
from modelyard.workflows.export import script
from modelyard.workflows.nodes.sentence_embeddings import SentenceEmbeddings
from modelyard.workflows.nodes.tfidf import Tfidf
from modelyard.workflows.values import DatasetFacts
from tests.workflows.features import prepared
from tests.workflows.graphs import chain, node
from tests.workflows.tables import table_of

needs_segmenter = pytest.mark.skipif(not is_installed(), reason="pip install modelyard[vietnamese]")
TEXTS = [
    "Sản phẩm tốt, chất lượng tuyệt vời 😍",
    "chất lượng kém, nhân viên không nhiệt tình",
    None,
    "Chất\xa0lượng ổn. " + "đóng gói cẩn thận " * 150,
    "<img src=x> =cmd|' /C calc'!A0 \u202e",
    unicodedata.normalize("NFD", "sản phẩm tốt"),
]
TERMS: dict[str, Any] = {"reduce_to": None, "max_terms": 300, "min_rows": 1}
FRAME = pl.DataFrame({"text": TEXTS})


@needs_segmenter
def test_terms_are_words_of_several_syllables() -> None:
    after = prepared(Tfidf(segment="vietnamese", **TERMS), table_of(FRAME, text="text"))
    assert {"text: sản_phẩm", "text: chất_lượng", "text: tuyệt_vời", "text: nhân_viên"} <= set(after.frame.columns)
    assert "text: phẩm" not in after.frame.columns
    assert after.frame["text: sản_phẩm"][5] > 0, "letters with marks of their own are the same letters"


def test_letters_and_their_marks_are_one_whatever_way_they_are_written() -> None:
    apart = FRAME.with_columns(pl.col("text").str.normalize("NFD"))
    made: list[Tfidf | SentenceEmbeddings] = [
        Tfidf(**TERMS),
        Tfidf(terms="character", reduce_to=None, max_terms=300),
        SentenceEmbeddings(reduce_to=None),
    ]
    for each in made:
        ours, theirs = (prepared(each, table_of(frame, text="text")).frame for frame in (FRAME.head(3), apart.head(3)))
        assert ours.equals(theirs)


@needs_segmenter
def test_exported_code_segments_the_same_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Tfidf(segment="vietnamese", **TERMS, longest=2)
    frame = FRAME.with_columns(row=pl.int_range(6), stars=pl.Series([5, 2, 5, 4, 2, 5]))
    schema = table_of(frame, text="text", target="stars").schema.model_copy(update={"has_split": False})
    facts = DatasetFacts("ds_1", "rows", "ready", "0" * 64, frame.height, schema)
    split = {"method": "random", "test_fraction": 0.4, "seed": 1}
    fields = made.model_dump(mode="json", exclude={"kind"})
    graph = chain(
        node("data", "dataset", dataset="ds_1"), node("split", "split", **split), node("words", "tfidf", **fields)
    )
    found = check(graph, lambda _: facts)
    assert not found.has_errors, found.problems
    frame.write_parquet(tmp_path / "rows.parquet")
    (tmp_path / "workflow.py").write_text(script(graph, found.schemas), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["workflow.py", str(tmp_path / "rows.parquet")])
    state = runpy.run_path(str(tmp_path / "workflow.py"))
    learned = made.learn(table_of(state["train"], text="text"))
    assert len(learned["columns"][0]["terms"]) > 5
    frame = frame[state["frame"]["row"].to_list()]
    ours = made.apply(table_of(frame, text="text"), learned).frame
    assert_frame_equal(state["frame"], ours, rel_tol=1e-9)


@needs_segmenter
def test_only_a_model_that_segments_needs_the_segmenter() -> None:
    plain, segmenting = (requirements([Tfidf(segment=how).model_dump()]).all for how in ("none", "vietnamese"))
    assert {line.split("==")[0] for line in set(segmenting) - set(plain)} <= {"underthesea", "underthesea_core"}
    assert any(line.startswith("underthesea==") for line in segmenting)
    assert not any(line.startswith("underthesea") for line in plain)


@pytest.mark.skipif(is_installed(), reason="the segmenter is installed")
def test_what_to_install_is_a_problem_beforehand() -> None:
    (problem,) = Tfidf(segment="vietnamese", **TERMS).problems(table_of(FRAME, text="text").schema)
    assert problem.field == "segment"
    assert "pip install modelyard[vietnamese]" in problem.message
