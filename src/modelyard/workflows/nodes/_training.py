"""What the nodes that train have in common: fit, put the model together, score and draft it; folds beside it."""

import time
from dataclasses import dataclass
from pathlib import Path

from modelyard.kernel.errors import Invalid
from modelyard.models.crossfit import CrossFit, FoldScore, Recipe
from modelyard.models.engine import ClassWeight, Engine, Files, FitOptions
from modelyard.models.fitting import fit_remotely
from modelyard.models.folds import folds
from modelyard.models.libraries import load_learning
from modelyard.runs.processes import available_threads
from modelyard.workflows.values import ModelValue, Outcome, TableValue, Work

MANY_ROWS = 100_000
"""Below this a second thread costs more than it gives (docs/design/runs.md)."""
WAIT_SECONDS = 0.5


@dataclass(frozen=True)
class Training:
    """An engine and how it is fitted."""

    engine: Engine
    seed: int
    class_weight: ClassWeight
    budget_seconds: float | None = None


def train(
    training: Training,
    given: TableValue,
    work: Work,
    *,
    name: str | None,
    span: tuple[float, float] = (0.0, 1.0),
    trials: tuple[dict[str, object], ...] = (),
) -> Outcome:
    """Fit on the training rows and return the model; `span` is this part of the node's progress (0–1)."""
    from modelyard.models.chain import build_chain

    rows, raw = given.table.get().rows("train"), given.raw.get().rows("train")
    start, whole = span[0], span[1] - span[0]
    options = FitOptions(
        seed=training.seed,
        class_weight=training.class_weight,
        budget_seconds=training.budget_seconds,
        n_threads=available_threads() if rows.n_rows > MANY_ROWS else 1,
        report=lambda fraction, message: work.report(start + 0.7 * whole * fraction, message),
        memory_bytes=int(0.9 * work.memory_bytes()) if training.engine.reads_text else None,
    )
    started = time.monotonic()
    if (executor := work.executor()).is_remote:
        fitted = fit_remotely(
            training.engine, rows, options, executor, work.scratch(), needed_files(training.engine, work)
        )
    else:
        load_learning()
        fitted = training.engine.localised(Files(work.recalled_file, work.scratch())).fit(rows, options)
    work.report(start + 0.7 * whole, "Scoring")
    chain = build_chain([(step.node, step.learned) for step in given.steps], training.engine, fitted, raw)
    title = type(training.engine).title or training.engine.kind_name()
    document = work.draft(
        chain,
        given,
        name=name or f"{raw.schema.target or raw.schema.task} · {title}",
        seconds=time.monotonic() - started,
        seed=training.seed,
        class_weight=training.class_weight,
        trials=trials,
    )
    return Outcome(
        {"model": ModelValue(document, given.table, chain, given.raw)},
        metrics=document["metrics"],
        charts=document["charts"],
        notes=tuple(document["notes"]),
        trials=[dict(trial) for trial in trials],
    )


def needed_files(engine: Engine, work: Work) -> dict[str, Path]:
    """Return local copies of the yard's files that a fit of the engine needs, by hash."""
    return {digest: work.recalled_file(digest) for digest in engine.needed_files()}


def crossfit(given: TableValue, work: Work, *, n_folds: int, seed: int, engine: Engine) -> CrossFit:
    """Return the folds of the raw training rows, ready to be fitted on with an engine of this kind."""
    raw = given.raw.get()
    cut = folds(given.table.get(), raw, n_folds=n_folds, seed=seed)
    return CrossFit(raw.rows("train"), cut, work.scratch(), work.executor(), needed_files(engine, work))


def cross_validate(recipe: Recipe, given: TableValue, work: Work, *, n_folds: int, share: float) -> list[FoldScore]:
    """Return the scores of every fold; raise Invalid when one cannot be fitted. `share` of the progress is told."""
    fitting = crossfit(given, work, n_folds=n_folds, seed=recipe.seed, engine=recipe.engine)
    handles = [fitting.submit(recipe, fold) for fold in range(n_folds)]
    left = set(handles)
    while left:
        work.report(share * (n_folds - len(left)) / n_folds, f"Fold {n_folds - len(left) + 1} of {n_folds}")
        left -= work.executor().wait(left, WAIT_SECONDS)
    for number, handle in enumerate(handles, 1):
        if handle.error is not None:
            raise Invalid(f"Fold {number} of {n_folds} could not be fitted: {handle.error}")
    return [fitting.score(handle) for handle in handles]
