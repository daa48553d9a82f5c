"""The learning curve: would more rows help? The engine is fitted again on growing parts of the training rows."""

import time
from typing import TYPE_CHECKING, Any

from modelyard.data.frames import Table
from modelyard.kernel.errors import ModelyardError
from modelyard.models.charts.chart import Rows, Spec, Unavailable, axis, plain, spec, tip
from modelyard.models.charts.subject import Subject
from modelyard.models.engine import FitOptions
from modelyard.models.folds import folds
from modelyard.models.metrics.evaluate import evaluate
from modelyard.models.metrics.metric import Metric

if TYPE_CHECKING:
    import numpy as np

    Places = np.ndarray[Any, np.dtype[np.intp]]

SHARES = (0.1, 0.25, 0.5, 0.75, 1.0)
N_FOLDS = 3
MAX_SECONDS = 60.0
"""No further fit is begun after this."""
MIN_ROWS = 20


def learning_curve(subject: Subject, title: str) -> Spec:
    """Draw the main metric on new rows and on the rows learned from, against the number of rows learned from.

    New rows are the validation rows, or without any the first of three folds; never the test rows, for whoever chooses
    by them has learned from them. It costs five fits, the last as long as the training itself.
    """
    train, valid, which = _parts(subject)
    order = _shuffled(train, subject.seed)
    rows: Rows = []
    note = ""
    started, allowed = time.monotonic(), min(MAX_SECONDS, subject.left_seconds)
    sizes = sorted({max(MIN_ROWS, round(share * train.n_rows)) for share in SHARES if train.n_rows >= MIN_ROWS})
    name = ""
    for size in sizes:
        spent = time.monotonic() - started
        if rows and spent + spent / max(sum(row["n"] for row in rows) / 2, 1) * size > allowed:
            note = f", stopped after {spent:.0f} s"
            break
        part = _taken(train, order[:size])
        try:
            metrics = _scored(subject, part, valid)
        except ModelyardError as error:
            raise Unavailable(f"A fit on {size} rows was refused: {error.message}") from error
        for rows_of, metric in metrics.items():
            name = metric.label
            low, high = metric.interval or (None, None)
            ends = {"low": plain(low), "high": plain(high)} if low is not None and high is not None else {}
            rows.append({"n": size, "of": rows_of, "value": plain(metric.value or 0.0), **ends})
    if not rows:
        raise Unavailable(f"{train.n_rows} training rows are too few to draw a curve; it needs at least {MIN_ROWS}.")
    return _curve(title, f"{which}, n = {valid.n_rows:,}{note}", rows, name)


def _curve(title: str, about: str, rows: Rows, name: str) -> Spec:
    encoding = {
        "x": axis("n", "quantitative", "rows learned from", scale={"zero": False}),
        "y": axis("value", "quantitative", name, scale={"zero": False}),
        "color": axis("of", "nominal", "", scale={"domain": ["new rows", "rows learned from"]}),
    }
    told = tip(("n", "rows learned from", ","), ("of", "scored on"), ("value", name, ".4f"))
    band = {"y": axis("low", "quantitative", name), "y2": {"field": "high"}}
    layers = [
        {
            "transform": [{"filter": "datum.of === 'new rows'"}],
            "mark": {"type": "area", "opacity": 0.2, "tooltip": None},
            "encoding": band,
        },
        {"mark": {"type": "line", "point": True}, "encoding": {"tooltip": told}},
    ]
    return spec(title, about, rows, encoding=encoding, layer=layers, height=260)


def _parts(subject: Subject) -> tuple[Table, Table, str]:
    """Return the rows to learn from and to score on, and how the latter are called."""
    train, valid = subject.prepared.rows("train"), subject.prepared.rows("validation")
    if valid.n_rows:
        return train, valid, "scored on validation rows"
    raw = subject.raw if subject.raw is not None else subject.prepared
    try:
        fold = folds(subject.prepared, raw, n_folds=N_FOLDS, seed=subject.seed)[-1]
    except ModelyardError as error:
        raise Unavailable(f"{error.message} Give the split node a validation fraction.") from error
    return (
        _taken(train, fold.train),
        _taken(train, fold.valid),
        f"scored on one of {N_FOLDS} folds of the training rows",
    )


def _shuffled(train: Table, seed: int) -> "Places":
    """Return the rows in random order, the latest first for a time split: fewer rows then mean a shorter past."""
    import numpy as np

    splitting = train.schema.splitting
    if splitting is not None and splitting.method == "time":
        return np.arange(train.n_rows)[::-1]
    return np.random.default_rng(seed).permutation(train.n_rows)


def _taken(table: Table, places: "Places") -> Table:
    split = table.split[places.tolist()] if table.split is not None else None
    return Table(table.frame[places.tolist()], table.schema, split)


def _scored(subject: Subject, part: Table, valid: Table) -> dict[str, Metric]:
    """Return the main metric of a fit on `part`: on rows that are new to it, and on those it learned from."""
    engine, task = subject.chain.engine, subject.chain.fitted.task
    fitted = engine.fit(part, FitOptions(seed=subject.seed))
    found = {}
    for name, rows in (("new rows", valid), ("rows learned from", part)):
        metrics = evaluate(
            rows.target(),
            engine.predict(fitted, rows.frame),
            task=task,
            split="validation",
            training_target=part.target(),
            with_intervals=name == "new rows",
        )
        known = [metric for metric in metrics if metric.value is not None]
        if not known:
            raise Unavailable(metrics[0].unavailable or "There are no rows to score on.")
        found[name] = known[0]
    return found
