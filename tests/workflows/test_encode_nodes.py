"""Encoders and scalers are scikit-learn's, learned from training rows, and training rows are cross-fitted."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from sklearn.feature_extraction import FeatureHasher
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.preprocessing import (
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PowerTransformer,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)

from modelyard.data.columns import Splitting
from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid
from modelyard.workflows.nodes.encode_categories import EncodeCategories
from modelyard.workflows.nodes.scale import Scale
from tests.workflows.held import executed, tables
from tests.workflows.samples import sample
from tests.workflows.tables import mixed_frame, table_of

MIXED = table_of(mixed_frame(), target="label", task="classification", n_train=140)


def applied(node: Any, table: Table) -> Table:
    after: Table = node.apply(table, node.learn(table.rows("train")))
    assert after.schema.names == tuple(after.frame.columns)
    return after


def categories_of(table: Table) -> list[str]:
    return [column.name for column in table.schema.features if column.kind == "category"]


def numbers_of(table: Table) -> list[str]:
    return [column.name for column in table.schema.features if column.kind == "number"]


def texts(table: Table, names: list[str]) -> np.ndarray:
    rows = [list(row) for row in table.frame.select(pl.col(names).cast(pl.String)).rows()]
    return np.array(rows, dtype=object).reshape(table.n_rows, len(names))


def floats(table: Table, names: list[str]) -> np.ndarray:
    return table.frame.select(names).cast(pl.Float64).to_numpy()


def places(table: Table, part: str) -> np.ndarray:
    assert table.split is not None
    return (table.split == part).arg_true().to_numpy()


@pytest.mark.parametrize("smoothing", [None, 0.0, 15.0])
@pytest.mark.parametrize("key", ["penguins", "credit", "ames"])
def test_target_encoding_is_scikit_learns(key: str, smoothing: float | None) -> None:
    table = sample(key)
    table = Table(table.frame.drop_nulls(table.schema.target), table.schema, _split_of(table))
    names, task = categories_of(table)[:6], table.schema.task
    train, test = places(table, "train"), places(table, "test")
    x, y = texts(table, names), table.target().to_numpy()
    if task == "classification":
        kind = "binary" if key == "credit" else "multiclass"
        folds: Any = StratifiedKFold(5, shuffle=True, random_state=3)
    else:
        kind, folds = "continuous", KFold(5, shuffle=True, random_state=3)
    encoder = TargetEncoder(target_type=kind, smooth="auto" if smoothing is None else smoothing, cv=folds)
    expected_train = encoder.fit_transform(x[train], y[train])
    expected_test = encoder.transform(x[test])
    after = applied(EncodeCategories(method="target", columns=tuple(names), smoothing=smoothing, seed=3), table)
    made = [name for name in after.frame.columns if name not in table.frame.columns or name in names]
    ours = floats(after, made)
    np.testing.assert_allclose(ours[train], expected_train, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(ours[test], expected_test, rtol=1e-12, atol=1e-12)


def _split_of(table: Table) -> pl.Series:
    assert table.split is not None
    return table.split.filter(table.target().is_not_null())


def test_a_training_rows_own_target_is_not_in_its_number() -> None:
    node = EncodeCategories(method="target", columns=("colour",))
    frame = MIXED.frame.with_columns(colour=pl.col("colour").fill_null("red"))
    table = table_of(frame, target="price", task="regression", n_train=140)
    other = frame.with_columns(price=pl.when(pl.int_range(pl.len()) == 7).then(1e6).otherwise("price"))
    before, after = (
        applied(node, table).frame["colour"],
        applied(node, Table(other, table.schema, table.split)).frame["colour"],
    )
    assert after[7] == before[7]
    same = (frame["colour"] == frame["colour"][7]).arg_true().to_list()
    assert sum(after[row] != before[row] for row in same if row < 140) > len(same) / 2
    assert all(after[row] != before[row] for row in same if row >= 140)


def test_a_unique_category_tells_nothing_about_its_row() -> None:
    """Without cross-fitting, an identifier would hand the engine the target itself."""
    random = np.random.default_rng(0)
    frame = pl.DataFrame({"id": [f"row {i}" for i in range(100)], "y": random.normal(size=100)})
    table = table_of(frame, target="y", task="regression", n_train=80)
    after = applied(EncodeCategories(method="target", smoothing=0.0), table)
    assert abs(np.corrcoef(after.frame["id"][:80], frame["y"][:80])[0, 1]) < 0.5
    assert after.frame["id"][:80].n_unique() <= 5
    assert after.frame["id"][80:].to_list() == [pytest.approx(frame["y"][:80].mean())] * 20


def grouped(method: str) -> tuple[Table, Table]:
    random = np.random.default_rng(1)
    frame = pl.DataFrame(
        {
            "c": random.choice(["a", "b", "c"], 120),
            "key": np.repeat(np.arange(24), 5),
            "y": random.normal(size=120),
        }
    )
    splitting = Splitting.model_validate({"method": method, "column": "key", "seed": 0})
    table = table_of(frame, target="y", task="regression", n_train=100)
    raw = Table(frame, table.schema.model_copy(update={"splitting": splitting}), table.split)
    return Table(frame.drop("key"), raw.schema.without(["key"]), table.split), raw


def test_groups_stay_together_when_the_split_kept_them_together() -> None:
    table, raw = grouped("group")
    node = EncodeCategories(method="target", smoothing=0.0)
    (learned,) = [node.learn(table.rows("train"))]
    after, _ = tables(executed(node, table, raw))
    assert learned["columns"][0]["name"] == "c"
    joined = after.frame[:100].with_columns(key=raw.frame["key"][:100], label=raw.frame["c"][:100])
    per_group = joined.group_by("key", "label").agg(pl.col("c").n_unique())
    assert per_group["c"].max() == 1
    y = raw.frame["y"].to_numpy()
    for row in range(100):
        value = after.frame["c"][row]
        group = raw.frame["key"][row]
        same = (raw.frame["c"] == raw.frame["c"][row]).to_numpy()[:100]
        own_out = y[:100][same & (raw.frame["key"].to_numpy()[:100] != group)]
        assert own_out.min() <= value <= own_out.max()


def test_with_a_time_split_a_row_is_encoded_from_the_past() -> None:
    table, raw = grouped("time")
    node = EncodeCategories(method="target")
    before, _ = tables(executed(node, table, raw))
    later = raw.frame.with_columns(y=pl.when((pl.col("key") >= 15) & (pl.col("key") < 20)).then(99.0).otherwise("y"))
    changed, _ = tables(
        executed(node, Table(later.drop("key"), table.schema, table.split), Table(later, raw.schema, raw.split))
    )
    assert changed.frame["c"][:75].equals(before.frame["c"][:75])
    assert not changed.frame["c"][100:].equals(before.frame["c"][100:])
    assert before.frame["c"][:15].n_unique() == 1, "before the oldest rows there is nothing to learn from"


def test_without_the_column_of_the_split_it_is_said() -> None:
    table, raw = grouped("group")
    node = EncodeCategories(method="target")
    with pytest.raises(Invalid, match="split by 'key', which is not here any more"):
        applied(node, Table(table.frame, raw.schema.without(["key"]), table.split))


def test_unseen_categories_and_missing_ones() -> None:
    frame = pl.DataFrame({"c": ["a", "a", "b", None, None, "new", "a"], "y": [1.0, 3.0, 5.0, 7.0, 0, 0, 0]})
    table = table_of(frame, target="y", task="regression", n_train=4)
    learned = EncodeCategories(method="target", smoothing=0.0).learn(table.rows("train"))
    after = EncodeCategories(method="target", smoothing=0.0).apply(table, learned).frame
    assert after["c"][4:].to_list() == [7.0, 4.0, 2.0]
    shares = applied(EncodeCategories(method="frequency"), table).frame["c"]
    assert shares.to_list() == [0.5, 0.5, 0.25, 0.25, 0.25, 0.0, 0.5]


def test_training_rows_without_a_target_get_what_new_rows_get() -> None:
    frame = pl.DataFrame({"c": ["a", "a", "b", "b", "a"], "y": [1.0, 3.0, 5.0, None, float("inf")]})
    table = table_of(frame, target="y", task="regression", n_train=5)
    node = EncodeCategories(method="target", smoothing=0.0, n_folds=3)
    assert applied(node, table).frame["c"][3:].to_list() == [5.0, 2.0]
    nothing = table_of(frame.with_columns(y=pl.lit(None, pl.Float64)), target="y", task="regression")
    with pytest.raises(Invalid, match="No training row has a target"):
        applied(node, nothing)


def test_one_training_row_and_one_class() -> None:
    frame = pl.DataFrame({"c": ["a", "b"], "y": ["yes", "no"]})
    table = table_of(frame, target="y", task="classification", n_train=1)
    assert applied(EncodeCategories(method="target"), table).frame["c"].to_list() == [0.0, 0.0]


@pytest.mark.parametrize("key", ["penguins", "credit", "ames"])
def test_ordinal_and_one_hot_are_scikit_learns(key: str) -> None:
    table = sample(key)
    names = categories_of(table)
    train = places(table, "train")
    x = texts(table, names)
    order = [table.rows("train").frame[name].drop_nulls().value_counts(name="n") for name in names]
    by_count = [
        np.array(counts.sort("n", name, descending=[True, False])[name].cast(pl.String).to_list(), dtype=object)
        for name, counts in zip(names, order, strict=True)
    ]
    encoder = OrdinalEncoder(categories=by_count, handle_unknown="use_encoded_value", unknown_value=-1)
    filled = np.where(x == None, "", x)  # noqa: E711 — elementwise
    expected = encoder.fit(filled[train]).transform(filled)
    expected[x == None] = np.nan  # noqa: E711
    after = applied(EncodeCategories(method="ordinal", order="frequency"), table)
    np.testing.assert_array_equal(floats(after, names), expected)
    hot = OneHotEncoder(min_frequency=40, handle_unknown="infrequent_if_exist", sparse_output=False, drop="first")
    expected = hot.fit(x[train]).transform(x)
    after = applied(EncodeCategories(min_rows=40, drop_first=True, max_categories=1000), table)
    made = [name for name in after.frame.columns if name not in table.frame.columns]
    np.testing.assert_array_equal(floats(after, made), expected)


def test_hashing_is_feature_hashers() -> None:
    after = applied(EncodeCategories(method="hashing", n_columns=6, columns=("colour",)), MIXED)
    tokens = [[] if value is None else [value] for value in MIXED.frame["colour"]]
    hasher = FeatureHasher(6, input_type="string", alternate_sign=False)
    np.testing.assert_array_equal(floats(after, [f"colour#{i}" for i in range(6)]), hasher.transform(tokens).toarray())


def test_what_is_unknown_is_refused_when_asked() -> None:
    frame = pl.DataFrame({"c": ["a", "b", "b", None, "new"]})
    table = table_of(frame, n_train=3)
    for method in ("one_hot", "ordinal"):
        with pytest.raises(Invalid, match="'c' has values that no training row has: 'new'"):
            applied(EncodeCategories(method=method, unknown="error"), table)
        seen = Table(frame[:4], table.schema, pl.Series("split", ["train"] * 3 + ["test"]))
        assert applied(EncodeCategories(method=method, unknown="error"), seen).n_rows == 4


def test_problems_of_encoding() -> None:
    def found(node: EncodeCategories, table: Table = MIXED) -> list[tuple[str | None, str]]:
        return [(problem.field, problem.message) for problem in node.problems(table.schema)]

    given = {"method": "ordinal", "order": "given"}
    assert found(EncodeCategories(**given)) == [("categories", "List the categories in their order.")]
    assert found(EncodeCategories(**given, categories=("a", "b", "a")))[0][0] == "categories.2"
    no_target = table_of(mixed_frame(), n_train=100)
    assert found(EncodeCategories(method="target"), no_target)[0][0] == "method"
    wide = table_of(pl.DataFrame({f"c{i}": ["a", "b"] for i in range(20)}))
    assert found(EncodeCategories(method="hashing", n_columns=1000), wide)[0][0] == "columns"
    many = table_of(mixed_frame(), target="label", task="classification", colour="text")
    assert found(EncodeCategories(method="target", columns=("colour",)), many) == []
    assert found(EncodeCategories(columns=("colour",)), many)[0][0] == "columns.0"
    taken = table_of(pl.DataFrame({"c": ["a", "b"], "c=a": [1, 2]}))
    assert "already there" in found(EncodeCategories(), taken)[0][1]


SCALERS: list[tuple[Scale, Any]] = [
    (Scale(), StandardScaler()),
    (Scale(with_centre=False), StandardScaler(with_mean=False)),
    (Scale(method="min_max", low=-2, high=5, clip=True), MinMaxScaler((-2, 5), clip=True)),
    (
        Scale(method="robust", low_percentile=5, high_percentile=95),
        RobustScaler(quantile_range=(5, 95)),
    ),
    (Scale(method="quantile"), QuantileTransformer(n_quantiles=1000, subsample=None)),
    (
        Scale(method="quantile", output="normal", n_quantiles=100),
        QuantileTransformer(n_quantiles=100, output_distribution="normal", subsample=None),
    ),
    (Scale(method="power"), PowerTransformer()),
]


@pytest.mark.filterwarnings("ignore:n_quantiles")
@pytest.mark.parametrize("key", ["penguins", "credit", "ames"])
@pytest.mark.parametrize(("node", "scaler"), SCALERS, ids=lambda item: getattr(item, "method", ""))
def test_scaling_is_scikit_learns(node: Scale, scaler: Any, key: str) -> None:
    table = sample(key)
    learned = node.learn(table.rows("train"))
    names = [name for at, name in enumerate(learned["columns"]) if is_well_conditioned(learned, at)]
    assert len(names) > 1
    train, x, after = places(table, "train"), floats(table, names), node.apply(table, learned)
    for at, name in enumerate(names):
        # Each column alone: on many, scikit-learn adds up in another order, which shows where a mean is far from 0.
        expected = scaler.fit(x[train, at : at + 1]).transform(x[:, at : at + 1])
        np.testing.assert_allclose(floats(after, [name]), expected, rtol=1e-12, atol=1e-12, err_msg=name)


def is_well_conditioned(learned: dict[str, Any], at: int) -> bool:
    """Whether a power is used, and leaves a mean that does not drown the deviation in rounding."""
    if "powers" not in learned:
        return True
    return learned["powers"][at] is not None and abs(learned["centre"][at]) < 100 * learned["spread"][at]


def test_a_power_that_tells_nothing_apart_is_not_used() -> None:
    table = sample("ames")
    node = Scale(method="power", power="box_cox", columns=("Year_Sold",))
    assert node.learn(table.rows("train"))["powers"] == [None]
    plain = applied(Scale(columns=("Year_Sold",)), table)
    assert applied(node, table).frame["Year_Sold"].equals(plain.frame["Year_Sold"])


def test_box_cox_says_what_it_does_with_numbers_that_are_not_positive() -> None:
    frame = pl.DataFrame({"x": [1.0, 2.0, 4.0, 9.0, 0.0, -3.0, None]})
    table = table_of(frame)
    after = applied(Scale(method="power", power="box_cox"), table)
    assert after.frame["x"][4:].null_count() == 3
    assert after.schema.get("x").missing_fraction is None  # type: ignore[union-attr]  # it is there
    with pytest.raises(Invalid, match="2 values that are not positive"):
        applied(Scale(method="power", power="box_cox", not_positive="error"), table)


@pytest.mark.parametrize("method", ["standard", "min_max", "robust", "max_abs", "quantile", "power"])
def test_numbers_too_large_to_square_are_scaled(method: str) -> None:
    table = table_of(pl.DataFrame({"x": [1e200, -1e200, 5e199, 0.0]}))
    assert applied(Scale(method=method), table).frame["x"].is_finite().all()
