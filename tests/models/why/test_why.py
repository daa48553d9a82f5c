"""Reasons add up to the score, name columns and words of the row, and say how they were found."""

from typing import Any

import numpy as np
import polars as pl
import pytest

from modelyard.data.words.segment import is_installed
from modelyard.models.chain import Chain, replay
from modelyard.models.why.explaining import NO_CLUSTER, documents
from modelyard.models.why.reasons import MAX_REASONS, NOT_THERE, TOGETHER
from tests.models.rows import numbers
from tests.models.rows import table_of as numbers_table
from tests.models.why.subjects import PREPARED, WORDS, Document, inputs, reviews, trained

LOGISTIC: Document = {"kind": "logistic_regression"}
TREES: Document = {"kind": "lightgbm", "n_estimators": 20, "num_leaves": 7}
FOREST: Document = {"kind": "random_forest", "n_estimators": 10}
MEMBERS = [{"engine": TREES, "nodes": PREPARED}, {"engine": LOGISTIC, "nodes": [WORDS, *PREPARED]}]
CONDENSED: Document = {**WORDS, "reduce_to": 8}
CASES: dict[str, tuple[str, Any, Document, list[Document]]] = {
    "words, five classes": ("stars", "classification", LOGISTIC, [WORDS, *PREPARED]),
    "pieces of words": (
        "stars",
        "classification",
        LOGISTIC,
        [{**WORDS, "terms": "character", "longest": 4}, *PREPARED],
    ),
    "condensed words, two classes": ("is_good", "classification", LOGISTIC, [CONDENSED, *PREPARED]),
    "condensed twice": (
        "is_good",
        "classification",
        LOGISTIC,
        [{"kind": "drop_columns", "columns": ["day", "product", "campaign"]}, WORDS, {"kind": "pca"}],
    ),
    "trees on words": ("is_good", "classification", TREES, [WORDS, *PREPARED]),
    "trees on condensed words": ("stars", "classification", TREES, [CONDENSED, *PREPARED]),
    "numbers": ("stars", "regression", {"kind": "linear_regression"}, [WORDS, *PREPARED]),
    "xgboost": ("stars", "classification", {"kind": "xgboost", "n_estimators": 10}, [CONDENSED, *PREPARED]),
    "catboost": ("stars", "regression", {"kind": "catboost", "n_estimators": 20}, [CONDENSED, *PREPARED]),
    "forest": ("stars", "classification", FOREST, [CONDENSED, *PREPARED]),
    "forest of numbers": ("stars", "regression", FOREST, [CONDENSED, *PREPARED]),
    "ensemble that can tell": ("is_good", "classification", {"kind": "ensemble", "members": MEMBERS[1:] * 2}, []),
    "ensemble that cannot": (
        "is_good",
        "classification",
        {"kind": "ensemble", "members": [MEMBERS[1], {"engine": FOREST, "nodes": [CONDENSED, *PREPARED]}]},
        [],
    ),
}
APPROXIMATE = ("forest", "forest of numbers", "ensemble that cannot")


def subject(name: str) -> tuple[Chain, pl.DataFrame, Document]:
    """Return a chain, rows to explain and its profile."""
    target, task, engine, nodes = CASES[name]
    frame = reviews().drop({"stars", "is_good"} - {target})
    chain, profile = trained(frame, target, task, engine, nodes)
    return chain, inputs(chain, frame), profile


def raw_scores(chain: Chain, rows: pl.DataFrame, whys: list[Document]) -> list[float]:
    """Return the raw score of what each row's reasons speak for, from the engine's own contributions."""
    frame = replay(chain, rows)
    found = chain.engine.contributions(chain.fitted, frame.select(chain.fitted.features))
    assert found is not None
    total = found.sum(axis=-1)
    if chain.fitted.classes is None:
        return [float(value) for value in total]
    if total.ndim == 2:
        return [float(row[chain.fitted.classes.index(why["of"])]) for row, why in zip(total, whys, strict=True)]
    signs = [1 if why["of"] == chain.fitted.classes[1] else -1 for why in whys]
    return [float(sign * value) for sign, value in zip(signs, total, strict=True)]


@pytest.mark.parametrize("name", CASES)
def test_base_reasons_and_rest_are_the_score(name: str) -> None:
    chain, rows, profile = subject(name)
    whys = documents(chain, rows, profile)
    prediction = chain.predict(rows).prediction
    predicted = [str(value) if chain.fitted.classes else chain.signature.output.name for value in prediction.values]
    assert [why["of"] for why in whys] == predicted
    for why in whys:
        total = why["base"] + sum(reason["contribution"] for reason in why["reasons"]) + why["rest"]
        assert total == pytest.approx(why["score"], abs=1e-9)
        assert 0 < len(why["reasons"]) <= MAX_REASONS
        assert why["unavailable"] is None
        assert why["method"].endswith(".")
        sizes = [abs(reason["contribution"]) for reason in why["reasons"]]
        assert sizes == sorted(sizes, reverse=True)
    scores = [why["score"] for why in whys]
    if name in APPROXIMATE:
        assert all("Approximate" in why["method"] for why in whys)
        best = prediction.values if prediction.probabilities is None else prediction.probabilities.max(axis=1)
        assert scores == pytest.approx(best.tolist(), abs=1e-9)
    else:
        assert scores == pytest.approx(raw_scores(chain, rows, whys), abs=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_reasons_name_columns_and_words_of_the_row(name: str) -> None:
    chain, rows, profile = subject(name)
    wanted = {item.name for item in chain.signature.inputs}
    for why, row in zip(documents(chain, rows, profile), rows.to_dicts(), strict=True):
        assert {reason["column"] for reason in why["reasons"]} <= wanted
        for reason in why["reasons"]:
            words = [row[reason["column"]][start:end].lower() for start, end in reason["spans"] or ()]
            if reason["feature"] not in (NOT_THERE, TOGETHER) and reason["spans"] is not None:
                assert words
            if words and name not in ("words, five classes", "trees on words", "numbers"):
                assert set(words) == {reason["feature"].lower()}
        assert any(reason["spans"] for reason in why["reasons"])


def test_words_of_a_linear_model_are_its_coefficients() -> None:
    frame = reviews().select("review", "is_good")
    chain, profile = trained(frame, "is_good", "classification", LOGISTIC, [WORDS])
    text = "Hàng TỆ quá, không không đẹp 😡"
    rows = pl.DataFrame({"review": [text]})
    (why,) = documents(chain, rows, profile)
    model, prepared = chain.fitted.state["estimator"], replay(chain, rows)
    values, means = (
        prepared.row(0, named=True),
        dict(zip(chain.fitted.features, chain.fitted.state["means"], strict=True)),
    )
    weights = dict(zip(chain.fitted.features, model.coef_[0], strict=True))
    sign = 1 if why["of"] == "good" else -1
    by_word = {reason["feature"]: reason for reason in why["reasons"] if reason["spans"]}
    assert {"tệ", "không", "đẹp"} <= by_word.keys()
    for word, reason in by_word.items():
        term = f"review: {word}"
        assert reason["contribution"] == pytest.approx(sign * weights[term] * (values[term] - means[term]), abs=1e-12)
        assert {text[start:end].lower().strip() for start, end in reason["spans"]} == {word}
    assert by_word["không"]["spans"] == [[13, 18], [19, 24]]
    assert why["of"] == "bad"
    assert by_word["tệ"]["contribution"] > 0


@pytest.mark.skipif(not is_installed(), reason="pip install modelyard[vietnamese]")
def test_segmented_words_are_marked_whole() -> None:
    frame = reviews().select("review", "is_good")
    chain, profile = trained(frame, "is_good", "classification", LOGISTIC, [{**WORDS, "segment": "vietnamese"}])
    text = "Chất lượng tốt, nhân viên nhiệt tình"
    (why,) = documents(chain, pl.DataFrame({"review": [text]}), profile)
    marked = {reason["feature"]: reason["spans"] for reason in why["reasons"] if reason["spans"]}
    assert marked["chất lượng"] == [[0, 10]]


ODD = [
    "",
    "   ",
    "the of and",
    "😍👨‍👩‍👧",
    "שלום עולם",
    "<img src=x onerror=alert(1)>",
    "=cmd|' /C calc'!A0",
    "x" * 200_000,
    None,
]


@pytest.mark.parametrize("name", ["pieces of words", "condensed words, two classes", "forest", "trees on words"])
def test_odd_texts_have_reasons_that_add_up(name: str) -> None:
    chain, rows, profile = subject(name)
    odd = rows[[0] * len(ODD)].with_columns(pl.Series("review", ODD, dtype=pl.String))
    for why in documents(chain, odd, profile):
        assert np.isfinite([why["base"], why["score"], why["rest"]]).all()
        total = why["base"] + sum(reason["contribution"] for reason in why["reasons"]) + why["rest"]
        assert total == pytest.approx(why["score"], abs=1e-9)


def test_columns_that_cannot_be_told_apart_are_occluded() -> None:
    frame = numbers().select("a", "b", "c", "two").with_columns(d=pl.col("a") * pl.col("c"))
    chain, profile = trained(frame, "two", "classification", LOGISTIC, [{"kind": "pca", "n_components": 3}])
    (why, *_) = documents(chain, inputs(chain, frame), profile)
    assert {reason["column"] for reason in why["reasons"]} == {"a", "b", "c", "d"}
    assert "Approximate" in why["method"]


def test_occlusion_puts_what_is_usual_in_the_place_of_a_column() -> None:
    frame = numbers().select("a", "c", "value")
    chain, profile = trained(frame, "value", "regression", {"kind": "k_neighbours"}, [])
    rows = inputs(chain, frame, 1)
    (why,) = documents(chain, rows, profile)
    usual = frame["a"].quantile(0.5, "linear")
    without = chain.predict(rows.with_columns(pl.lit(usual).alias("a"))).prediction.values[0]
    told = {reason["column"]: reason["contribution"] for reason in why["reasons"]}
    assert told["a"] == pytest.approx(why["score"] - without, abs=1e-12)


def test_clusters_have_no_reasons_and_say_so() -> None:
    from modelyard.kernel.kinds import family
    from modelyard.models.chain import build_chain
    from modelyard.models.engine import FitOptions

    raw = numbers_table(numbers().select("a", "b"), None, "clustering")
    engine = family("engine").parse({"kind": "k_means"})
    chain = build_chain([], engine, engine.fit(raw, FitOptions()), raw)
    (why,) = documents(chain, raw.frame.head(1), {})
    assert why["unavailable"] == NO_CLUSTER
    assert why["reasons"] == []
