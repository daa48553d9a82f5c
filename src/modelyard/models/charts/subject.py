"""A trained model with the rows to draw it on; what several charts need is computed once."""

import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from modelyard.data.frames import SplitName, Table
from modelyard.models.chain import Chain
from modelyard.models.charts.chart import Unavailable
from modelyard.models.charts.scene import Scene
from modelyard.models.engine import Prediction
from modelyard.models.importance import MAX_ROWS, MAX_SECONDS, Importance, permutation_importance
from modelyard.models.probing import Probe, probe

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

SECONDS = 120.0


@dataclass(frozen=True)
class Subject:
    """A model, all rows as its engine takes them and as they left the dataset, and the part to draw.

    `seconds`: what drawing may take; charts that repeat predictions or fits stop in time, and say so.
    """

    chain: Chain
    prepared: Table
    raw: Table | None
    split: SplitName
    seed: int = 0
    seconds: float = SECONDS
    started: float = field(default_factory=time.monotonic)

    @property
    def left_seconds(self) -> float:
        """What is left of the time for drawing."""
        return max(0.0, self.seconds - (time.monotonic() - self.started))

    @cached_property
    def rows(self) -> Table:
        """The prepared rows of the part."""
        return self.prepared.rows(self.split)

    @cached_property
    def prediction(self) -> Prediction:
        """What the model says of them; raise Unavailable when there are none."""
        if self.rows.n_rows == 0:
            raise Unavailable(f"There are no {self.split} rows.")
        return self.chain.engine.predict(self.chain.fitted, self.rows.frame)

    @cached_property
    def scene(self) -> Scene:
        """Those with a target."""
        task = self.chain.fitted.task
        return Scene(self.rows.target(), self.prediction, task, self.split, self.seed)

    @cached_property
    def probe(self) -> Probe:
        """Rows that can be changed and predicted again; raise Unavailable when there are none."""
        found = probe(self.chain, self.prepared, self.raw, split=self.split, max_rows=MAX_ROWS, seed=self.seed)
        if found is None:
            raise Unavailable(f"There are no {self.split} rows with a target.")
        return found

    @cached_property
    def permutation(self) -> list[Importance]:
        """Importance by shuffling, largest first; empty when it cannot be measured."""
        return permutation_importance(self.probe, seed=self.seed, max_seconds=min(MAX_SECONDS, self.left_seconds / 2))

    def matrix(self, table: Table) -> "Array":
        """Return prepared rows as the engine sees them, shape (n_rows, n_features), or raise Unavailable."""
        from modelyard.models.estimators import MatrixEngine

        engine = self.chain.engine
        if not isinstance(engine, MatrixEngine):
            raise Unavailable(f"{engine.title} does not work on a matrix of numbers.")
        return engine.matrix(self.chain.fitted, table.frame)
