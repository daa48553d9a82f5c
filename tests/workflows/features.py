"""Rows with everything that the nodes which make features take, and those nodes with telling parameters."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from modelyard.data.columns import Splitting, Task
from modelyard.data.frames import Table
from modelyard.workflows.node import Node
from modelyard.workflows.nodes.bin_numbers import BinNumbers
from modelyard.workflows.nodes.combine_columns import CombineColumns
from modelyard.workflows.nodes.date_features import DateFeatures
from modelyard.workflows.nodes.expression import ExpressionNode
from modelyard.workflows.nodes.lags import Lags
from modelyard.workflows.nodes.pca import Pca
from modelyard.workflows.nodes.polynomial_features import PolynomialFeatures
from modelyard.workflows.nodes.select_features import SelectFeatures
from modelyard.workflows.nodes.sentence_embeddings import SentenceEmbeddings
from modelyard.workflows.nodes.tfidf import Tfidf
from modelyard.workflows.nodes.transform_numbers import TransformNumbers

SIZE, COUNT, NOTE, SHOP, IS_NEW, DAY, MOMENT = "größe", "数 count", "ghi chú", "shop", "is_new", "day", "moment"
WORDS = [
    "the",
    "cat",
    "sat",
    "on",
    "a",
    "red",
    "mat",
    "while",
    "dogs",
    "bark",
    "loudly",
    "xin",
    "chào",
    "bạn",
    "tốt",
    "lắm",
]
PARTS = ("year", "quarter", "month", "week", "day", "weekday", "day_of_year", "hour", "minute", "is_weekend")
ALL_STATISTICS = ("mean", "minimum", "maximum", "deviation", "sum")

NODES: list[Node] = [
    BinNumbers(),
    BinNumbers(method="frequency", n_bins=4, output="category"),
    BinNumbers(method="quantiles", quantiles=(0.1, 0.5), output="one_hot", columns=(SIZE,)),
    BinNumbers(method="edges", edges=(-1, 0, 2.5), output="category"),
    CombineColumns(),
    CombineColumns(operation="ratio", first=SIZE, second=COUNT),
    CombineColumns(operation="ratio", first=SIZE, second=COUNT, zero="zero", name="r"),
    CombineColumns(operation="difference", first=SIZE, second=COUNT, absolute=True),
    CombineColumns(operation="mean", columns=(SIZE, COUNT), missing="ignore"),
    CombineColumns(operation="minimum", missing="ignore"),
    CombineColumns(operation="product", missing="ignore"),
    CombineColumns(operation="maximum"),
    DateFeatures(parts=PARTS, cyclic=True, elapsed_days=True, elapsed_from="first_training_date", other=DAY),
    DateFeatures(parts=(), other=MOMENT, columns=(DAY,), keep=True, elapsed_days=True),
    DateFeatures(parts=("hour",)),
    ExpressionNode(name="neu", expression='ln(größe) / "数 count" + length("ghi chú") % 3'),
    ExpressionNode(name="neu", expression="if(is_new and moment > date('2021-06-01'), shop, upper(shop))"),
    ExpressionNode(name="neu", expression="moment - day > 3 or größe is missing"),
    Lags(columns=(SIZE, SHOP), lags=(1, 3), group_column=SHOP),
    Lags(columns=(COUNT, "y"), lags=(2,), windows=(2, 5), statistics=ALL_STATISTICS, window_lag=2),
    Pca(),
    Pca(choose_by="variance", explained_variance=0.9, keep=True, standardise=False, prefix="p"),
    PolynomialFeatures(),
    PolynomialFeatures(degree=3, interactions_only=True),
    PolynomialFeatures(degree=3, columns=(COUNT, SIZE)),
    SelectFeatures(),
    SelectFeatures(method="correlation", max_correlation=0.5),
    SelectFeatures(method="f_test", n_columns=1),
    SelectFeatures(method="mutual_information", n_columns=1),
    SelectFeatures(method="importance", n_columns=1),
    SentenceEmbeddings(reduce_to=3),
    SentenceEmbeddings(reduce_to=None),
    Tfidf(reduce_to=4, min_rows=1),
    Tfidf(reduce_to=None, max_terms=20, longest=2, sublinear=True, stop_words="english"),
    Tfidf(terms="character", reduce_to=2, lower_case=False),
    TransformNumbers(),
    *(TransformNumbers(function=name, suffix=f"_{name}") for name in ("log", "log2", "log10", "sqrt", "reciprocal")),
    *(TransformNumbers(function=name, overflow="clip") for name in ("square", "cube", "exp")),
    TransformNumbers(function="power", exponent=-1.5, illegal="absolute"),
    TransformNumbers(function="power", exponent=3, add=0.5),
    TransformNumbers(function="log1p", illegal="leave"),
]


def named(node: Node) -> str:
    """Return the node's kind and what differs from its defaults."""
    return f"{node.kind_name()}-{node.model_dump_json(exclude_defaults=True)[:60]}"


def is_guessed(node: Node) -> bool:
    """Whether the columns that leave the node are known only when it has seen the rows."""
    by_terms = isinstance(node, Tfidf) and node.reduce_to is None
    by_variance = isinstance(node, Pca) and node.choose_by == "variance"
    return by_terms or by_variance or isinstance(node, SelectFeatures)


def feature_frame(n_rows: int = 120, seed: int = 0) -> pl.DataFrame:
    """Return rows in the order of time, with gaps, zeros and negative numbers."""
    random = np.random.default_rng(seed)
    start = datetime.fromisoformat("2021-01-01T06:30")
    size = random.normal(2, 3, n_rows)
    gaps = random.random((n_rows, 3)) < 0.1
    shops = random.choice(["a", "b"], n_rows)
    return pl.DataFrame(
        {
            SIZE: [None if gap else float(v) for v, gap in zip(size, gaps[:, 0], strict=True)],
            COUNT: random.integers(0, 6, n_rows),
            "third": size * 2 + random.normal(0, 0.1, n_rows),
            NOTE: [
                None if gap else " ".join(random.choice(WORDS, random.integers(0, 9)))
                for gap in gaps[:, 1]
            ],
            SHOP: [None if gap else str(v) for v, gap in zip(shops, gaps[:, 2], strict=True)],
            IS_NEW: random.random(n_rows) < 0.4,
            DAY: [(start + timedelta(days=int(d))).date() for d in random.integers(0, 400, n_rows)],
            MOMENT: [start + timedelta(hours=7 * place) for place in range(n_rows)],
            "y": size + random.normal(0, 1, n_rows),
        }
    )  # fmt: skip


def feature_table(
    frame: pl.DataFrame | None = None, *, task: Task = "regression", n_train: int = 80, time: str = MOMENT
) -> Table:
    """Return rows split by time; for classification the target is whether y is above 2."""
    frame = feature_frame() if frame is None else frame
    if task == "classification":
        frame = frame.with_columns(y=pl.when(pl.col("y") > 2).then(pl.lit("high")).otherwise(pl.lit("low")))
    table = table_in_time(frame, task=task, n_train=n_train)
    splitting = Splitting(method="time", column=time)
    return replace(table, schema=table.schema.model_copy(update={"splitting": splitting}))


def table_in_time(frame: pl.DataFrame, *, task: Task, n_train: int) -> Table:
    """Return a table whose first rows are training rows."""
    from tests.workflows.tables import table_of

    return table_of(frame, target="y", task=task, n_train=n_train, **{NOTE: "text"})


def prepared(node: Node, table: Table) -> Table:
    """Return the table after the node, as a run prepares it."""
    assert not [problem for problem in node.problems(table.schema) if problem.severity == "error"]
    return node.apply(table, node.learn(table.rows("train")))


def alone(table: Table, rows: slice) -> Table:
    """Return rows as a model in use gets them: no target, no split."""
    schema = table.schema.without(["y"]).model_copy(update={"has_split": False})
    return Table(table.frame[rows].drop("y"), schema)
