"""Distilling: one LightGBM learns what an ensemble predicts, on the training rows and on rows made from them.

After Bucila, Caruana, Niculescu-Mizil (Model compression, KDD 2006): made rows mix the cells of real ones, and the
ensemble labels them. Classes are drawn from its probabilities, so that their shares say what the probabilities are.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from modelyard.data.frames import Table
from modelyard.kernel.kinds import family
from modelyard.models.automl.candidate import part_bytes, timed_scores
from modelyard.models.automl.finish import Choice, Settled
from modelyard.models.automl.pool import trial
from modelyard.models.automl.race import Race
from modelyard.models.engine import FitOptions
from modelyard.models.members import Members, Part, fit_part, load_part
from modelyard.models.objective import score
from modelyard.models.preparation import preparation

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

STUDENT = {"kind": "lightgbm", "n_estimators": 300, "learning_rate": 0.06, "num_leaves": 24, "min_child_samples": 30}
LEAST_MADE, MOST_MADE, MADE_PER_ROW = 4000, 60_000, 8
SWAPPED = 0.15
"""Share of the cells of a made row that come from another row."""
LABELLING_SHARE = 0.3
"""Part of the time that the ensemble may take to label; the rows made are as many as it can."""
ID = "distilled"


def distil(race: Race, choice: Choice, members: Sequence[Settled], seconds: float) -> tuple[Part, dict[str, Any]]:
    """Return the student of the final members, and its row of the leaderboard.

    Its score is that of a student taught in the same way by the members of the first fold, on that fold's other rows.
    """
    rows, fold = race.task.rows, race.task.folds[choice.folds[0]]
    train, valid = _taken(rows, fold.train), _taken(rows, fold.valid)
    place = choice.folds[0]
    of_fold = [replace(load_part(e.folds[place].files, f"f{place}_"), weight=w) for e, w in choice.members]
    began = time.monotonic()
    probe = _student(race, of_fold, train, seconds / 2)
    predicted, row_seconds = timed_scores(probe, valid, race.task.classes)
    found = score(race.pool.truth.metric, race.pool.truth.of([place]), predicted)
    final = [replace(part, weight=m.weight / len(m.parts)) for m in members for part in m.parts]
    student = _student(race, final, rows, seconds - (time.monotonic() - began))
    row = trial(
        ID,
        "Distilled: one LightGBM",
        "succeeded",
        found,
        race.pool.truth.metric,
        fit_seconds=time.monotonic() - began,
        row_seconds=row_seconds,
        size_bytes=part_bytes(student),
        message="Learned from the ensemble; scored on one part held out.",
    )
    return student, row


def _student(race: Race, teachers: Sequence[Part], rows: Table, seconds: float) -> Part:
    import polars as pl

    task, seed = race.task, race.options.seed
    features = rows.schema.without([rows.schema.target or ""])
    teacher = Members(teachers, features, task.classes)
    began = time.monotonic()
    teacher.predict(rows.features().head(500))
    per_row = (time.monotonic() - began) / min(500, rows.n_rows)
    wanted = min(MOST_MADE, max(LEAST_MADE, MADE_PER_ROW * rows.n_rows))
    n_made = max(100, min(wanted, int(LABELLING_SHARE * seconds / max(per_row, 1e-9))))
    made = mixed(rows.features(), n_made, seed=seed)
    labels = _labels(teacher.predict(made), rows.target(), task.classes, seed)
    taught = made.with_columns(labels).select(rows.frame.columns)
    frame = pl.concat([rows.frame, taught], how="vertical_relaxed")  # whole numbers of the target become decimals
    engine = family("engine").parse(STUDENT)
    left = max(0.2, seconds - (time.monotonic() - began))
    table = Table(frame, rows.schema)
    options = FitOptions(seed=seed, budget_seconds=left)
    return fit_part(engine, preparation("native", rows.schema), table, options)


def mixed(frame: "pl.DataFrame", n_rows: int, *, seed: int) -> "pl.DataFrame":
    """Return rows drawn with replacement, some of their cells taken from other rows."""
    import numpy as np
    import polars as pl

    chance = np.random.default_rng(seed)
    own = chance.integers(0, frame.height, n_rows)
    columns = []
    for values in frame:
        is_swapped = chance.random(n_rows) < SWAPPED
        places = np.where(is_swapped, chance.integers(0, frame.height, n_rows), own)
        columns.append(values.gather(pl.Series(places)))
    return pl.DataFrame(columns)


def _labels(
    predicted: "np.ndarray[Any, Any]", target: "pl.Series", classes: tuple[str, ...] | None, seed: int
) -> "pl.Series":
    """Return what the teacher says of each row as the target is stored: a class drawn, or the number."""
    import numpy as np
    import polars as pl

    if classes is None:
        return pl.Series(target.name, predicted, dtype=pl.Float64)
    limits = np.cumsum(predicted / predicted.sum(axis=1, keepdims=True), axis=1)
    drawn = (np.random.default_rng(seed + 1).random(len(predicted))[:, None] > limits[:, :-1]).sum(axis=1)
    present = target.drop_nulls().unique().sort()
    return present.gather(pl.Series(drawn)).alias(target.name)


def _taken(rows: Table, places: "np.ndarray[Any, Any]") -> Table:
    return Table(rows.frame[places], rows.schema)
