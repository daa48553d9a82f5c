"""The search for an engine's best parameters: Optuna proposes, an executor fits, every trial is told and kept."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pydantic import ValidationError

from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Choices
from modelyard.models.crossfit import CrossFit, FoldScore, Recipe, bounds_of, interval, mean
from modelyard.models.engine import Engine
from modelyard.models.objective import HIGHER_IS_BETTER, LABELS, MetricChoice, metric_for
from modelyard.models.search_space import Space, draw
from modelyard.models.target import class_names
from modelyard.runs.executors.base import Executor, Handle

if TYPE_CHECKING:
    import optuna

LOOK_SECONDS = 0.5
MOST_AT_ONCE = 16
"""Trials side by side; with more the search has learned too little when it proposes."""
FIRST_COMPARED = 5
"""Trials that are always finished, so that the others have something to be compared with."""


class Surroundings(Protocol):
    """What a search needs of where it happens; a workflow's `Work` has all of it."""

    def report(self, fraction: float, message: str) -> None:
        """Say how far it is."""

    def trial(self, row: Mapping[str, Any]) -> None:
        """Add or renew a row of the leaderboard."""

    def is_finishing(self) -> bool:
        """Say whether to stop now with the best so far."""

    def executor(self) -> Executor:
        """Return what fits."""

    def remember(self, name: str, document: Mapping[str, Any]) -> None:
        """Keep a finished trial."""

    def remembered(self, name: str) -> dict[str, Any] | None:
        """Return a trial that was kept."""


@dataclass(frozen=True)
class Settings:
    """How a search is done; `tuned` names the parameters that are drawn."""

    n_trials: int
    budget_seconds: float | None
    metric: MetricChoice
    tuned: frozenset[str]
    prunes: bool
    seed: int


@dataclass(frozen=True)
class Found:
    """The engine with the best parameters, and every trial, best first."""

    engine: Engine
    trials: tuple[dict[str, Any], ...]


TrialState = Literal["running", "succeeded", "failed", "pruned"]


@dataclass
class Trial:
    """One proposal on its way through the folds."""

    number: int
    asked: "optuna.Trial"
    engine: Engine
    state: TrialState = "running"
    message: str | None = None
    handle: Handle | None = None
    scores: list[FoldScore] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    """The metric on each fold so far."""
    reported: dict[int, float] = field(default_factory=dict)
    """What Optuna was told, by the number of folds."""


@dataclass
class Search:
    """One search; `rows` are the prepared training rows, of which only the target is looked at."""

    settings: Settings
    recipe: Recipe
    fitting: CrossFit
    rows: Table
    work: Surroundings
    _leaderboard: dict[int, dict[str, Any]] = field(default_factory=dict)
    _engines: dict[int, Engine] = field(default_factory=dict)
    _began: float = 0.0

    def __post_init__(self) -> None:
        task = self.rows.schema.task
        assert task is not None
        n_classes = len(class_names(self.rows.target())) if task == "classification" else 0
        self._task = task
        self._metric = metric_for(self.settings.metric, task, n_classes)
        self._sign = 1.0 if self._metric in HIGHER_IS_BETTER else -1.0

    def run(self) -> Found:
        """Try until the trials or the budget are spent, or somebody asks to finish; raise Invalid when none fitted."""
        kept = self._kept()
        self._began = time.monotonic() - max((trial["spent_seconds"] for trial in kept), default=0.0)
        study = self._study(kept)
        n_slots = min(self.work.executor().n_slots, MOST_AT_ONCE)
        while not self._is_over() and (left := self._numbers_left()):
            self._carry_out(study, [self._ask(study, number) for number in left[:n_slots]])
        return self._found()

    def _numbers_left(self) -> list[int]:
        return [number for number in range(self.settings.n_trials) if number not in self._leaderboard]

    def _kept(self) -> list[dict[str, Any]]:
        """Return the trials that this run, or an earlier one that was killed, has finished, and show them."""
        kept, n_absent = [], 0
        for number in range(self.settings.n_trials):
            trial = self.work.remembered(_name(number))
            n_absent = n_absent + 1 if trial is None else 0
            if n_absent == MOST_AT_ONCE:
                break  # trials are begun in order: behind so many that did not end there are none
            if trial is not None:
                self._engines[number] = type(self.recipe.engine).model_validate(trial["engine"])
                self._leaderboard[number] = trial["row"]
                self.work.trial(trial["row"])
                kept.append(trial)
        return kept

    def _study(self, kept: list[dict[str, Any]]) -> "optuna.Study":
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        # Another seed after a restart: the same one would propose the first trials again.
        sampler = optuna.samplers.TPESampler(seed=self.settings.seed + len(kept), constant_liar=True)
        pruner = optuna.pruners.MedianPruner(n_startup_trials=FIRST_COMPARED)
        study = optuna.create_study(direction="maximize", sampler=sampler, pruner=pruner)
        study.add_trials([_revived(trial) for trial in kept])
        return study

    def _ask(self, study: "optuna.Study", number: int) -> Trial:
        """Return the engine as it is set first, then proposals; those that do not fit together are skipped."""
        import optuna

        asked = study.ask()
        if number == 0:
            return Trial(number, asked, self.recipe.engine)
        while True:
            try:
                engine = draw(self.recipe.engine, self._task, lambda name, space: self._choose(asked, name, space))  # noqa: B023 — called at once
                return Trial(number, asked, engine)
            except ValidationError:
                study.tell(asked, state=optuna.trial.TrialState.FAIL)
                asked = study.ask()

    def _choose(self, asked: "optuna.Trial", name: str, space: Space) -> Any:
        if name not in self.settings.tuned:
            return getattr(self.recipe.engine, name)
        if isinstance(space, Choices):
            # Optuna takes plain values only: lists and tuples travel as their place.
            return space.values[asked.suggest_categorical(name, list(range(len(space.values))))]
        if space.is_integer:
            return asked.suggest_int(name, int(space.low), int(space.high), log=space.is_log)
        return asked.suggest_float(name, space.low, space.high, log=space.is_log)

    def _carry_out(self, study: "optuna.Study", batch: list[Trial]) -> None:
        """Take the trials of a batch through the folds side by side, then tell the study in their order."""
        import optuna

        for trial in batch:
            self._begin_fold(trial)
            self.work.trial(self._row(trial))
        while under_way := [trial for trial in batch if trial.state == "running"]:
            self.work.executor().wait([trial.handle for trial in under_way if trial.handle], LOOK_SECONDS)
            for trial in under_way:
                self._look_at(trial)
                if trial.state != "running":
                    self._note(trial)
        for trial in batch:
            value = self._value(trial)
            study.tell(trial.asked, value, state=optuna.trial.TrialState[_OPTUNA_STATES[trial.state]])

    def _begin_fold(self, trial: Trial) -> None:
        recipe = replace(self.recipe, engine=trial.engine)
        trial.handle = self.fitting.submit(recipe, len(trial.scores), seconds=self._left())

    def _look_at(self, trial: Trial) -> None:
        assert trial.handle is not None
        if not trial.handle.is_done:
            if self._is_over():
                self.work.executor().kill(trial.handle, "The search was ended.")
                trial.state, trial.message = "pruned", "The search ended before it did."
            return
        if trial.handle.error is not None:
            is_late = trial.handle.state == "killed"
            trial.state = "pruned" if is_late else "failed"
            trial.message = "The budget ended before it did." if is_late else trial.handle.error
            return
        self._take(trial, self.fitting.score(trial.handle))
        if trial.state == "running":
            self._begin_fold(trial)
            self.work.trial(self._row(trial))

    def _take(self, trial: Trial, score: FoldScore) -> None:
        """Add a fold's score; the trial ends when it was the last one, or when others did better on as many folds."""
        value = score.value(self._metric)
        if value is None:
            why = next((each.unavailable for each in score.metrics if each.name == self._metric), None)
            trial.state, trial.message = "failed", why or f"{LABELS[self._metric]} could not be computed."
            return
        trial.scores.append(score)
        trial.values.append(value)
        trial.reported[len(trial.values)] = self._sign * mean(trial.values)
        trial.asked.report(trial.reported[len(trial.values)], len(trial.values))
        if len(trial.values) == len(self.fitting.folds):
            trial.state = "succeeded"
        elif self.settings.prunes and trial.asked.should_prune():
            trial.state, trial.message = "pruned", f"Worse than half of the trials after {len(trial.values)} folds."

    def _value(self, trial: Trial) -> float | None:
        return self._sign * mean(trial.values) if trial.state == "succeeded" else None

    def _note(self, trial: Trial) -> None:
        """Keep a trial that has ended, then show it."""
        row = self._row(trial)
        self._leaderboard[trial.number], self._engines[trial.number] = row, trial.engine
        document = {
            "row": row,
            "engine": trial.engine.model_dump(mode="json"),
            "spent_seconds": time.monotonic() - self._began,
            **_document(trial, self._value(trial)),
        }
        self.work.remember(_name(trial.number), document)
        self.work.trial(row)
        n = len(self._leaderboard)
        self.work.report(0.8 * self._progress(), f"{n} of {self.settings.n_trials} trials")

    def _row(self, trial: Trial) -> dict[str, Any]:
        changed = _changes(self.recipe.engine, trial.engine)
        label = ", ".join(f"{name} {_short(value)}" for name, value in changed.items()) or "As set here"
        limits = bounds_of(self._metric, higher_is_better=self._sign > 0)
        bounds = interval(trial.values, limits)
        return {
            "id": _name(trial.number),
            "label": label,
            "state": trial.state,
            "metric": LABELS[self._metric],
            "higher_is_better": self._sign > 0,
            "score": mean(trial.values) if trial.values else None,
            "interval": list(bounds) if bounds else None,
            "fit_seconds": sum(score.seconds for score in trial.scores) if trial.scores else None,
            "row_seconds": min((score.row_seconds for score in trial.scores), default=None),
            "size_bytes": max((score.size_bytes for score in trial.scores), default=None),
            "message": trial.message,
        }

    def _found(self) -> Found:
        ranked = sorted(self._leaderboard.items(), key=lambda item: self._rank(item[1]))
        rows = tuple(row for _, row in ranked)
        if rows and rows[0]["state"] == "succeeded":
            return Found(self._engines[ranked[0][0]], rows)
        failed = next((row["message"] for row in rows if row["state"] == "failed"), None)
        if failed is not None:
            raise Invalid(f"No trial could be fitted: {failed}")
        return Found(self.recipe.engine, rows)  # the budget ended before the first trial did: the engine as it is set

    def _rank(self, row: dict[str, Any]) -> tuple[bool, float]:
        is_whole = row["state"] == "succeeded"
        return not is_whole, -self._sign * row["score"] if row["score"] is not None else float("inf")

    def _left(self) -> float | None:
        budget = self.settings.budget_seconds
        return None if budget is None else max(budget - (time.monotonic() - self._began), 0.0)

    def _is_over(self) -> bool:
        return self._left() == 0.0 or self.work.is_finishing()

    def _progress(self) -> float:
        by_count = len(self._leaderboard) / self.settings.n_trials
        budget = self.settings.budget_seconds
        by_time = (time.monotonic() - self._began) / budget if budget else 0.0
        return min(max(by_count, by_time), 1.0)


_OPTUNA_STATES = {"succeeded": "COMPLETE", "pruned": "PRUNED", "failed": "FAIL"}


def _name(number: int) -> str:
    return f"trial {number + 1}"


def _changes(before: Engine, after: Engine) -> dict[str, Any]:
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    return {name: value for name, value in new.items() if old[name] != value}


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _document(trial: Trial, value: float | None) -> dict[str, Any]:
    """Return what Optuna needs to know of a trial when the search goes on later."""
    from optuna.distributions import distribution_to_json

    return {
        "state": _OPTUNA_STATES[trial.state],
        "value": value,
        "params": trial.asked.params,
        "distributions": {name: distribution_to_json(each) for name, each in trial.asked.distributions.items()},
        "intermediate": {str(step): value for step, value in trial.reported.items()},
    }


def _revived(document: dict[str, Any]) -> "optuna.trial.FrozenTrial":
    import optuna

    return optuna.trial.create_trial(
        state=optuna.trial.TrialState[document["state"]],
        value=document["value"],
        params=document["params"],
        distributions={
            name: optuna.distributions.json_to_distribution(each) for name, each in document["distributions"].items()
        },
        intermediate_values={int(step): value for step, value in document["intermediate"].items()},
    )
