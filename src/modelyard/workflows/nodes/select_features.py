"""The node that keeps the numbers that tell something."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.data.columns import Column, Schema
from modelyard.data.frames import Table
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.node import Node, NodeProblem
from modelyard.workflows.nodes._columns import chosen, column_problems
from modelyard.workflows.nodes._new_columns import NUMBER, nothing_chosen, number_matrix, ordered_code
from modelyard.workflows.values import Outcome, TableValue, Value, Work

if TYPE_CHECKING:
    import numpy as np

    Matrix = np.ndarray[Any, np.dtype[np.float64]]
    Kept = np.ndarray[Any, np.dtype[np.bool_]]

MAX_CORRELATED = 3000
"""Columns compared with each other: 9 million correlations, 72 MB."""
MAX_ROWS = 20_000
"""Training rows that mutual information and importance look at: more make them slow and no surer."""
FEWEST_ROWS = 5
"""Fewer rows say nothing, and mutual information looks at the three nearest."""
LARGEST = 1e38
"""Larger values count as this while columns are compared: trees compute in single precision."""
_BY_TARGET = ("f_test", "mutual_information", "importance")


class SelectFeatures(Node):
    """Keep the numbers that tell something and drop the others, by the training rows.

    - `variance`: keep columns whose variance is above `min_variance`; 0 drops what is constant.
    - `correlation`: of two columns that are correlated more than `max_correlation`, up or down, the later one goes.
    - `f_test`: keep the `n_columns` that differ most between the classes, or follow the target best on a straight line.
    - `mutual_information`: the same for any shape of relation, from at most 20,000 training rows.
    - `importance`: the `n_columns` that a forest of extra trees uses most, from at most 20,000 training rows; sees
      columns that tell something only together.

    What is computed is that of scikit-learn's VarianceThreshold, SelectKBest and ExtraTrees. A missing value counts as
    the column's median while columns are compared, and stays missing in what goes on. Rows without a target do not
    count. Categories, dates and texts go through untouched.

    Which columns stay is known after a run; before it all of them stand in the forms of the nodes behind.
    """

    title: ClassVar[str] = "Select features"
    group: ClassVar[str] = "features"
    icon: ClassVar[str] = "list-filter"
    learns: ClassVar[bool] = True
    telling: ClassVar[tuple[str, ...]] = ("method", "n_columns", "columns")

    kind: Literal["select_features"] = "select_features"
    columns: tuple[str, ...] | None = Parameter(
        None, description="The columns to choose from; empty means every number.", widget="columns"
    )
    method: Literal["variance", "correlation", "f_test", "mutual_information", "importance"] = Parameter(
        "variance", description="What decides whether a column stays."
    )
    n_columns: int = Parameter(
        10, description="How many of the columns stay.", ge=1, le=10_000, when={"method": _BY_TARGET}
    )
    min_variance: float = Parameter(
        0.0, description="The variance that a column must exceed.", ge=0, le=1e300, when={"method": ("variance",)}
    )
    max_correlation: float = Parameter(
        0.95, description="The correlation from which one of two goes.", gt=0, le=1, when={"method": ("correlation",)}
    )
    seed: int = Parameter(
        0,
        description="Start of the random numbers.",
        ge=0,
        le=2**32 - 1,
        advanced=True,
        when={"method": ("mutual_information", "importance")},
    )

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Chosen columns must be there and be numbers; what decides by the target needs one."""
        found = column_problems(schema, self.columns, NUMBER) or nothing_chosen(schema, self.columns, NUMBER)
        n_sources = len(chosen(schema, self.columns, NUMBER))
        if self.method in _BY_TARGET and schema.target is None:
            message = "There is no target to compare the columns with; choose variance or correlation."
            found.append(NodeProblem(message, "method"))
        if self.method == "correlation" and n_sources > MAX_CORRELATED:
            message = f"At most {MAX_CORRELATED:,} columns are compared with each other, these are {n_sources:,}."
            found.append(NodeProblem(message, "columns"))
        if self.method in _BY_TARGET and 0 < n_sources <= self.n_columns:
            message = f"There are only {n_sources} columns to choose from, so all of them stay."
            found.append(NodeProblem(message, "n_columns", "warning"))
        return found

    def execute(self, inputs: dict[str, Value], work: Work) -> Outcome:
        """Learn and apply, and say what was dropped."""
        outcome = super().execute(inputs, work)
        value = outcome.outputs["table"]
        assert isinstance(value, TableValue)
        learned = value.steps[-1].learned
        kept, dropped = learned["kept"], learned["dropped"]
        named = ", ".join(dropped[:10]) + (f" and {len(dropped) - 10} more" if len(dropped) > 10 else "")
        note = f"Kept {len(kept)} of {len(kept) + len(dropped)} columns." + (f" Dropped: {named}." if dropped else "")
        return replace(outcome, notes=(note,))

    def learn(self, table: Table) -> dict[str, Any]:
        """Return the names of the columns that stay and of those that go."""
        import numpy as np

        columns = chosen(table.schema, self.columns, NUMBER)
        names = [column.name for column in columns]
        values = _filled(number_matrix(table.frame, names))
        kept = self._kept(values, table, columns) if values.size else np.ones(len(names), dtype=bool)
        stays = dict(zip(names, kept.tolist(), strict=True))
        return {"kept": [n for n in names if stays[n]], "dropped": [n for n in names if not stays[n]]}

    def _kept(self, values: "Matrix", table: Table, columns: tuple[Column, ...]) -> "Kept":
        """Return whether each column stays, shape (n_columns,)."""
        import numpy as np

        if self.method == "variance":
            return _variances(values) > self.min_variance
        if self.method == "correlation":
            return _uncorrelated(values, self.max_correlation)
        target = _codes(table)
        has_target = np.isfinite(target)
        values, target = values[has_target], target[has_target]
        if len(target) < FEWEST_ROWS or len(np.unique(target)) < 2:  # nothing that could be told
            return np.ones(len(columns), dtype=bool)
        return _best(self._scores(values, target, table.schema.task == "classification"), self.n_columns)

    def _scores(self, values: "Matrix", target: "Matrix", is_classes: bool) -> "Matrix":
        """Return how much each column tells, shape (n_columns,)."""
        import numpy as np
        from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor
        from sklearn.feature_selection import f_classif, f_regression, mutual_info_classif, mutual_info_regression

        if self.method == "f_test":
            test: Callable[..., Any] = f_classif if is_classes else f_regression
            with np.errstate(all="ignore"):
                scores: Matrix = test(values, target)[0]
            return scores
        if len(values) > MAX_ROWS:
            rows = np.sort(np.random.default_rng(self.seed).choice(len(values), MAX_ROWS, replace=False))
            values, target = values[rows], target[rows]
        if self.method == "mutual_information":
            measure: Callable[..., Any] = mutual_info_classif if is_classes else mutual_info_regression
            scores = measure(values, target, random_state=self.seed)
            return scores
        forest = ExtraTreesClassifier if is_classes else ExtraTreesRegressor
        scores = forest(n_estimators=100, random_state=self.seed).fit(values, target).feature_importances_
        return scores

    def schema_after(self, schema: Schema) -> Schema:
        """Return the schema as it came: which columns go is not known before the rows are."""
        return schema

    def apply(self, table: Table, learned: dict[str, Any]) -> Table:
        """Return the table without the columns that go."""
        dropped = learned["dropped"]
        return Table(table.frame.drop(dropped), table.schema.without(dropped), table.split)

    def code(self) -> str:
        """Use scikit-learn's feature selection."""
        lines = [
            f"columns = {ordered_code(self.columns, NUMBER)}",
            "if columns:",
            "    values = numbers(train, columns)",
            "    medians = [np.median(x[~np.isnan(x)]) if (~np.isnan(x)).any() else 0.0 for x in values.T]",
            f"    values = np.clip(np.where(np.isnan(values), medians, values), {-LARGEST!r}, {LARGEST!r})",
            *(f"    {line}" for line in self._kept_code()),
            "    frame = frame.drop([name for name, stays in zip(columns, kept) if not stays])",
        ]
        return "\n".join(lines)

    def _kept_code(self) -> list[str]:
        if self.method == "variance":
            return [f"kept = np.minimum(values.var(axis=0), np.ptp(values, axis=0)) > {self.min_variance!r}"]
        if self.method == "correlation":
            return [
                "with np.errstate(all='ignore'):",
                "    correlations = np.nan_to_num(np.abs(np.atleast_2d(np.corrcoef(values, rowvar=False))))",
                "kept = np.ones(len(columns), dtype=bool)",
                "for place in range(len(columns)):",
                f"    kept[place] = not (correlations[place, :place][kept[:place]] > {self.max_correlation!r}).any()",
            ]
        lines = [
            "has_target = train[target].is_not_null().to_numpy()",
            "answers, values = train[target].filter(has_target), values[has_target]",
            "is_classes = task == 'classification'",
            "answers = (answers.cast(pl.String).rank('dense') if is_classes else answers).cast(pl.Float64).to_numpy()",
        ]
        if self.method != "f_test":
            lines += [
                f"if len(values) > {MAX_ROWS}:",
                f"    rows = np.random.default_rng({self.seed}).choice(len(values), {MAX_ROWS}, replace=False)",
                "    values, answers = values[np.sort(rows)], answers[np.sort(rows)]",
            ]
        measured = {
            "f_test": "(f_classif if is_classes else f_regression)(values, answers)[0]",
            "mutual_information": (
                "(mutual_info_classif if is_classes else mutual_info_regression)"
                f"(values, answers, random_state={self.seed})"
            ),
            "importance": (
                "(ExtraTreesClassifier if is_classes else ExtraTreesRegressor)"
                f"(n_estimators=100, random_state={self.seed}).fit(values, answers).feature_importances_"
            ),
        }[self.method]
        return [
            *lines,
            f"scores = {measured}",
            "order = np.argsort(np.where(np.isnan(scores), -np.inf, scores), kind='stable')",
            f"kept = np.isin(np.arange(len(columns)), order[-{self.n_columns}:])",
        ]


def _filled(values: "Matrix") -> "Matrix":
    """Return the values as they are compared: a column's median where one is missing, 0 in a column without any."""
    import numpy as np

    if not len(values):
        return values
    medians = [np.median(column[~np.isnan(column)]) if (~np.isnan(column)).any() else 0.0 for column in values.T]
    return np.clip(np.where(np.isnan(values), np.array(medians), values), -LARGEST, LARGEST)


def _variances(values: "Matrix") -> "Matrix":
    """Return population variances; equal values that differ in the last bit only count as equal."""
    import numpy as np

    with np.errstate(over="ignore"):
        least: Matrix = np.minimum(values.var(axis=0), np.ptp(values, axis=0))
    return least


def _uncorrelated(values: "Matrix", limit: float) -> "Kept":
    import numpy as np

    if len(values) < 2:
        return np.ones(values.shape[1], dtype=bool)
    with np.errstate(all="ignore"):
        correlations = np.nan_to_num(np.abs(np.atleast_2d(np.corrcoef(values, rowvar=False))))
    kept = np.ones(values.shape[1], dtype=bool)
    for place in range(values.shape[1]):
        kept[place] = not (correlations[place, :place][kept[:place]] > limit).any()
    return kept


def _codes(table: Table) -> "Matrix":
    """Return the target as numbers, length n_rows: each class's place in sorted order, NaN where it is missing."""
    import polars as pl

    target = table.target()
    numbers = target.cast(pl.String).rank("dense") if table.schema.task == "classification" else target
    codes: Matrix = numbers.cast(pl.Float64).to_numpy()
    return codes


def _best(scores: "Matrix", n_columns: int) -> "Kept":
    """Return which columns have the highest scores; of equal ones the later, as SelectKBest does."""
    import numpy as np

    order = np.argsort(np.where(np.isnan(scores), -np.inf, scores), kind="stable")
    return np.isin(np.arange(len(scores)), order[-n_columns:])
