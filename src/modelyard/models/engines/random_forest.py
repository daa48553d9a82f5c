"""The engine for random forests."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from modelyard.data.columns import Task
from modelyard.models.trees import ForestEngine


class RandomForest(ForestEngine):
    """Many deep trees on random parts of the rows and columns, averaged: robust, hard to overfit, little to tune.

    Takes numbers without missing values: fill missing values and encode categories before it; scaling changes nothing.
    With a time budget it keeps the trees grown so far. Large forests make large models: limit the depth or the leaves
    when size or speed of prediction matters.

    The importance of a feature is how much its splits reduced impurity.
    """

    title: ClassVar[str] = "Random forest"
    group: ClassVar[str] = "train"
    icon: ClassVar[str] = "trees"
    estimators: ClassVar[Mapping[Task, str]] = {
        "classification": "RandomForestClassifier",
        "regression": "RandomForestRegressor",
    }

    kind: Literal["random_forest"] = "random_forest"
