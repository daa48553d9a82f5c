"""What the engines over gradient boosting libraries share: early stopping, its rows held back, and what it notes."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from modelyard.kernel.kinds import Parameter
from modelyard.models.engine import FitOptions, Fitted
from modelyard.models.estimators import MatrixEngine, Training
from modelyard.models.target import Target

if TYPE_CHECKING:
    import numpy as np

MIN_HELD_BACK = 10
"""Fewer rows than this say too little to stop by."""


@dataclass(frozen=True)
class Watched:
    """Training rows to grow on, and the rows whose loss says when to stop (matrix and values), if any."""

    training: Training
    stopping: "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]] | None" = None
    patience: int | None = None
    """Trees without improvement before the growing ends."""
    notes: tuple[str, ...] = ()


class BoosterEngine(MatrixEngine):
    """Base of the engines that grow trees one after another in a library of their own."""

    early_stopping_rounds: int | None = Parameter(
        None,
        description="Stop after so many trees without improvement on rows held back; empty: grow all trees.",
        ge=1,
        le=10_000,
        advanced=True,
    )
    validation_fraction: float = Parameter(
        0.1,
        description="Share of the training rows held back for early stopping, when it is on.",
        gt=0,
        le=0.5,
        advanced=True,
    )

    def watched(self, training: Training, options: FitOptions) -> Watched:
        """Return the rows to grow on and those to stop by: given ones, else a share held back at random when wanted."""
        if options.validation is not None:
            return Watched(training, self.validation(training, options), options.patience)
        if self.early_stopping_rounds is None:
            return Watched(training)
        places = hold_back(training.target, self.validation_fraction, options.seed)
        if places is None:
            return Watched(training, notes=("Too few rows to hold some back: all trees were grown.",))
        grow, stop = places
        values = training.target.values
        rest = replace(training, x=training.x[grow], target=replace(training.target, values=values[grow]))
        return Watched(rest, (training.x[stop], values[stop]), self.early_stopping_rounds)

    def held_code(self, seed: int) -> str:
        """Return the equivalent Python that sets `held`: the rows to grow on and to stop by, or None."""
        if self.early_stopping_rounds is None:
            return "held = None"
        return f"held = hold_back(y, task == 'classification', {self.validation_fraction!r}, {seed})"

    def grown(
        self, training: Training, watched: Watched, state: dict[str, Any], *, n_kept: int, is_late: bool
    ) -> Fitted:
        """Return what was learned, with how many trees were kept and why not all."""
        n_wanted = getattr(self, self.steps_field)
        notes = watched.notes
        if is_late:
            notes = (*notes, f"Stopped by the time budget with {n_kept} of {n_wanted} trees.")
        elif self.early_stopping_rounds is not None and watched.stopping is not None and n_kept < n_wanted:
            notes = (*notes, f"Early stopping kept {n_kept} of {n_wanted} trees.")
        is_chosen = is_late or watched.stopping is not None
        return replace(training.fitted(state, notes), n_steps=n_kept if is_chosen else None)


def hold_back(target: Target, fraction: float, seed: int) -> "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]] | None":
    """Return the places of the rows to keep and of those to hold back, each in order, or None when they are too few.

    Classes keep their shares, and each keeps a row to learn from.
    """
    import numpy as np

    generator = np.random.default_rng(seed)
    order = generator.permutation(len(target.values))
    if target.classes is None:
        held = order[: round(fraction * len(order))]
    else:
        codes = target.values[order]
        of_each = [order[codes == code] for code in range(len(target.classes))]
        held = np.concatenate([places[: round(fraction * len(places))] for places in of_each])
    if len(held) < MIN_HELD_BACK:
        return None
    is_held = np.zeros(len(order), dtype=bool)
    is_held[held] = True
    return np.flatnonzero(~is_held), np.flatnonzero(is_held)
