"""Candidates beyond the portfolio: Optuna's tree-structured Parzen estimator over the engines' own search spaces."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from modelyard.data.columns import Schema
from modelyard.kernel.kinds import Choices, Range, family
from modelyard.models.automl.candidate import Candidate
from modelyard.models.automl.facts import Facts
from modelyard.models.automl.portfolio import made
from modelyard.models.search_space import draw, search_space

ROUND = 4
"""Candidates asked for at once. A round knows the results of all rounds but the one before it, so that nothing waits
for a slow candidate, and the same results give the same candidates however they overlapped."""
N_AT_RANDOM = 6


@dataclass
class Search:
    """Asks for candidates of the kinds in `bases` in turn; each base holds what is not searched."""

    schema: Schema
    facts: Facts
    bases: Sequence[Candidate]
    seed: int
    n_asked: int = 0
    _studies: dict[str, Any] = field(default_factory=dict)
    _open: dict[str, tuple[str, Any]] = field(default_factory=dict)
    """Candidate → its kind and Optuna's trial."""
    _round: list[Candidate] = field(default_factory=list)
    _told: dict[str, float | None] = field(default_factory=dict)
    _rounds: list[list[str]] = field(default_factory=list)

    def ask(self) -> Candidate | None:
        """Return the next candidate; None when a round must end first, or nothing can be searched."""
        if not self._round and not self._begin():
            return None
        return self._round.pop(0)

    def tell(self, name: str, loss: float | None) -> None:
        """Say how well a candidate did; None: it failed."""
        if name in self._open:
            self._told[name] = loss

    def _begin(self) -> bool:
        """Draw the next round, once the round before the last one is told."""
        if not self.bases:
            return False
        if len(self._rounds) >= 2 and not all(name in self._told for name in self._rounds[-2]):
            return False
        if len(self._rounds) >= 2:
            for name in self._rounds[-2]:
                self._conclude(name)
        drawn = [candidate for _ in range(ROUND) if (candidate := self._draw()) is not None]
        self._rounds.append([candidate.id for candidate in drawn])
        self._round = drawn
        return bool(drawn)

    def _draw(self) -> Candidate | None:
        base = self.bases[self.n_asked % len(self.bases)]
        self.n_asked += 1
        study = self._study(str(base.engine["kind"]))
        trial = study.ask()
        engine = family("engine").parse(base.engine)
        fixed = {engine.steps_field}

        def choose(name: str, space: Range | Choices) -> Any:
            return getattr(engine, name) if name in fixed else _suggested(trial, name, space)

        drawn = draw(engine, self.facts.task, choose)
        label = f"{base.label.split(',')[0]}, search {self.n_asked}"
        candidate = made(label, drawn.model_dump(mode="json"), self.schema, self.facts, cost=base.cost)
        if candidate.id in self._open:
            study.tell(trial, state=_failed())
            return None
        self._open[candidate.id] = (str(base.engine["kind"]), trial)
        return candidate

    def _conclude(self, name: str) -> None:
        kind, trial = self._open[name]
        found = self._told[name]
        if found is None or found != found:
            self._studies[kind].tell(trial, state=_failed())
        else:
            self._studies[kind].tell(trial, found)

    def _study(self, kind: str) -> Any:
        if kind not in self._studies:
            import optuna

            optuna.logging.set_verbosity(optuna.logging.WARNING)
            sampler = optuna.samplers.TPESampler(
                seed=self.seed + len(self._studies), n_startup_trials=N_AT_RANDOM, constant_liar=True
            )
            self._studies[kind] = optuna.create_study(sampler=sampler)
        return self._studies[kind]


def searchable(candidates: Sequence[Candidate], facts: Facts) -> list[Candidate]:
    """Return the first candidate of each kind whose engine states a search space."""
    first: dict[str, Candidate] = {}
    for candidate in candidates:
        kind = family("engine").get(str(candidate.engine["kind"]))
        if kind is not None and search_space(kind, facts.task):
            first.setdefault(str(candidate.engine["kind"]), candidate)
    return list(first.values())


def _suggested(trial: Any, name: str, space: Range | Choices) -> Any:
    if isinstance(space, Choices):
        place = trial.suggest_categorical(name, list(range(len(space.values))))
        return space.values[place]
    if space.is_integer:
        return trial.suggest_int(name, int(space.low), int(space.high), log=space.is_log)
    return trial.suggest_float(name, space.low, space.high, log=space.is_log)


def _failed() -> Any:
    from optuna.trial import TrialState

    return TrialState.FAIL
