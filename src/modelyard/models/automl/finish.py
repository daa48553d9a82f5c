"""The end of a race: who is in the ensemble, with which weight, fitted on what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from modelyard.kernel.kinds import family
from modelyard.models.automl.candidate import Candidate
from modelyard.models.automl.pool import Entry, trial
from modelyard.models.automl.race import LOOK_SECONDS, Race
from modelyard.models.automl.weights import greedy_weights
from modelyard.models.engine import Engine
from modelyard.models.members import Part, load_part
from modelyard.models.objective import Score, score
from modelyard.runs.executors.base import Handle

FIT_WHOLE = "modelyard.models.automl.candidate:fit_whole"
ENSEMBLE_ID = "ensemble"


@dataclass(frozen=True)
class Choice:
    """Entries with their weights, the folds they were compared on, and the score of their mean."""

    members: Sequence[tuple[Entry, float]]
    folds: Sequence[int]
    score: Score


@dataclass
class Settled:
    """A member of the final model: its weight, its engine as it was fitted, and its fitted parts."""

    candidate: Candidate
    weight: float
    engine: Engine
    parts: list[Part] = field(default_factory=list)
    n_folds: int = 1
    n_steps: tuple[int, ...] = ()
    """Of each part, when folds chose how far it grew."""

    def document(self) -> dict[str, Any]:
        """Return it as a member of the engine `ensemble`."""
        return {
            "engine": self.engine.model_dump(mode="json"),
            "nodes": [dict(node) for node in self.candidate.nodes],
            "weight": self.weight,
            "n_folds": self.n_folds,
            "n_fits": len(self.parts),
            "n_steps": self.n_steps,
        }


def choose(race: Race) -> Choice | None:
    """Return the members that together predict the held-out rows best; None when no candidate was fitted."""
    folds = race.compared
    entries = race.pool.members(folds)
    if not entries:
        folds = [0]
        entries = race.pool.members(folds)
    if not entries:
        return None
    actual = race.pool.truth.of(folds)
    predictions = [race.pool.predictions(entry, folds) for entry in entries]
    metric = race.pool.truth.metric
    weights = greedy_weights(predictions, actual, metric, seed=race.options.seed)
    mean = sum(weight * predicted for weight, predicted in zip(weights, predictions, strict=True) if weight)
    found = score(metric, actual, mean)  # type: ignore[arg-type]  # a sum of arrays: at least one weight is not zero
    chosen = [(entry, weight) for entry, weight in zip(entries, weights, strict=True) if weight > 0]
    return Choice(sorted(chosen, key=lambda item: -item[1]), folds, found)


def told(race: Race, choice: Choice) -> dict[str, Any]:
    """Return the ensemble's row of the leaderboard."""
    entries = [entry for entry, _ in choice.members]
    parts = [[entry.folds[fold] for fold in choice.folds] for entry in entries]
    return trial(
        ENSEMBLE_ID,
        f"Ensemble of {len(entries)}" if len(entries) > 1 else f"Best: {entries[0].candidate.label}",
        "succeeded",
        choice.score,
        race.pool.truth.metric,
        fit_seconds=sum(entry.seconds for entry in entries),
        row_seconds=sum(max(part.row_seconds for part in of_one) for of_one in parts),
        size_bytes=sum(max(part.size_bytes for part in of_one) for of_one in parts),
        message=", ".join(f"{entry.candidate.label} {weight:.0%}" for entry, weight in choice.members),
    )


def settle(race: Race, choice: Choice) -> list[Settled]:
    """Fit each member on all training rows while there is time; those that must do without keep their folds' models."""
    members = [Settled(e.candidate, w, _final_engine(e, choice.folds)) for e, w in choice.members]
    whole = _refitted(race, choice, members)
    race.executor.close()  # its processes' memory is for the models now
    for (entry, _), member in zip(choice.members, members, strict=True):
        if member.candidate.id in whole:
            member.parts = [load_part(whole[member.candidate.id], "f_")]
        else:
            member.engine = family("engine").parse(entry.candidate.engine)
            member.n_folds = len(race.task.folds)
            member.n_steps = tuple(n for fold in choice.folds if (n := entry.folds[fold].n_steps) is not None)
            member.parts = [load_part(entry.folds[fold].files, f"f{fold}_") for fold in choice.folds]
    return members


def _final_engine(entry: Entry, folds: Sequence[int]) -> Engine:
    """Return the engine with as many steps as its folds needed on average, and no early stopping."""
    engine: Engine = family("engine").parse(entry.candidate.engine)
    found = [n for fold in folds if (n := entry.folds[fold].n_steps) is not None]
    if not engine.steps_field or not found:
        return engine
    return engine.model_copy(update={engine.steps_field: max(1, round(sum(found) / len(found)))})


def _refitted(race: Race, choice: Choice, members: Sequence[Settled]) -> Mapping[str, Mapping[str, Path]]:
    """Return the files of the members that were fitted on all rows in time, by candidate."""
    found: dict[str, Mapping[str, Path]] = {}
    waiting = [
        (member, race.whole_seconds(entry))
        for member, (entry, _) in zip(members, choice.members, strict=True)
        if race.is_refitted(entry)
    ]
    running: dict[Handle, Settled] = {}
    while waiting or running:
        while waiting and len(running) < race.memory.n_slots:
            member, expected = waiting.pop(0)
            left = race.clock.left - race.clock.last_seconds
            if expected <= left:
                candidate = replace(member.candidate, engine=member.engine.model_dump(mode="json"))
                running[race.submit(FIT_WHOLE, candidate, left)] = member
        for handle in race.executor.wait(list(running), LOOK_SECONDS) if running else ():
            member = running.pop(handle)
            if handle.state == "succeeded" and not any("budget" in note for note in handle.result["notes"]):
                found[member.candidate.id] = handle.files
        if race.clock.left < race.clock.last_seconds:
            for handle in running:
                race.executor.kill(handle, "The time was up.")
            break
        race.host.report(0.85 + 0.1 * len(found) / len(members), "Fitting the best again on all rows")
    return found
