"""The engine for a single decision tree."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from modelyard.data.columns import Task
from modelyard.kernel.kinds import Parameter, between
from modelyard.models.trees import TreeEngine


class DecisionTree(TreeEngine):
    """One tree of yes/no questions: anybody can follow how it decides, but forests and boosting predict better.

    Takes numbers without missing values: fill missing values and encode categories before it; scaling changes nothing.
    A deep tree learns its training rows by heart: keep it shallow, or prune it.

    The importance of a feature is how much its splits reduced impurity.
    """

    title: ClassVar[str] = "Decision tree"
    group: ClassVar[str] = "train"
    icon: ClassVar[str] = "git-fork"
    module: ClassVar[str] = "sklearn.tree"
    estimators: ClassVar[Mapping[Task, str]] = {
        "classification": "DecisionTreeClassifier",
        "regression": "DecisionTreeRegressor",
    }

    kind: Literal["decision_tree"] = "decision_tree"
    max_depth: int | None = Parameter(
        5, description="Deepest level of the tree; empty: no limit.", ge=1, le=1000, search=between(2, 20)
    )
    max_features: Literal["auto", "sqrt", "log2", "all", "fraction"] = Parameter(
        "auto", description="Columns tried at each split; auto: all of them."
    )
    ccp_alpha: float = Parameter(
        0.0,
        description="Strength of pruning: larger trees must earn their leaves.",
        ge=0,
        le=1e9,
        advanced=True,
        allow_inf_nan=False,
        search=between(1e-6, 0.1, log=True),
    )

    def tree_arguments(self, task: Task) -> dict[str, Any]:
        """Return the tree's arguments; by itself it tries all columns for both tasks."""
        stated = super().tree_arguments(task)
        return {**stated, "max_features": 1.0} if self.max_features == "auto" else stated
