"""The race: candidates tried beside each other within the budget, best prospects first."""

from pathlib import Path
from typing import Any

from modelyard.kernel.errors import Invalid, ModelyardError
from modelyard.kernel.kinds import family
from modelyard.models.automl.candidate import Candidate, fit_folds
from modelyard.models.automl.clock import Clock
from modelyard.models.automl.keeping import Progress, keep, keep_progress, recalled, recalled_progress
from modelyard.models.automl.memory import MemoryPlan
from modelyard.models.automl.options import Host, Options
from modelyard.models.automl.pool import Entry, FoldResult, Pool, Truth
from modelyard.models.automl.portfolio import (
    COMPARED,
    FIRST,
    MANY_CLASSES,
    SMALL_HOST_BYTES,
    baselines,
    first_model,
    portfolio,
)
from modelyard.models.automl.search import Search, searchable
from modelyard.models.automl.task import LARGE_ROWS, Task
from modelyard.models.objective import metric_for
from modelyard.runs.executors.base import Call, Handle
from modelyard.runs.processes import available_threads

FIT_FOLDS = "modelyard.models.automl.candidate:fit_folds"
N_COUNTED = 8
"""So many of the portfolio must fit into the time on all folds."""
FOLDS_SHARE = 0.75
"""Part of the time for trying that the portfolio may fill; the rest is for the search."""
WORTH_KEEPING = 1.2
"""A searched candidate whose first fold is worse than the best by more than this is not fitted on the others."""
MOST_REFITTED, MOST_RESERVED = 5, 0.25
"""Time is kept back for fitting so many entries again, and at most this share of the budget."""
DISTILLING_SHARE = 0.2
LEAST_SHARE = 0.4
"""Part of the time left that a candidate may take, however quick it is expected to be."""
MOST_FAILURES = 5
"""After so many failures one after the other nothing new is drawn."""
LOOK_SECONDS = 0.25
SLACK_SECONDS = 2.0
"""What a candidate may be late, beside the start of its process, before it is killed."""


class Race:
    """One search. `explore` fills `pool`; `used` are the folds that count, None until it is known how many can be."""

    def __init__(self, task: Task, options: Options, host: Host) -> None:
        self.task, self.options, self.host = task, options, host
        self.executor = host.executor()
        before = recalled_progress(host)
        self.clock = Clock(options.budget_seconds, before.spent)
        self.clock.reserve_seconds = self.distilling_seconds
        metric = metric_for(options.metric, task.facts.task, task.facts.n_classes)
        self.pool = Pool(Truth(task.actual, metric, len(task.classes or ())))
        host.trial(self.pool.prior())
        self.used: list[int] | None = list(range(len(task.folds))) if options.n_folds else before.used
        self.running: dict[Handle, tuple[Entry, list[int]]] = {}
        self._search: Search | None = None
        self._is_search_over = False
        self._n_failed = 0
        self._start_seconds: float | None = None
        self._drawn: list[Candidate] = list(before.searched)
        self._add_portfolio()
        self.pool.add(self._drawn)
        for candidate in self._drawn:
            self.pool.entries[candidate.id].is_on_trial = True
        self._take_up()

    @property
    def compared(self) -> list[int]:
        """The folds that candidates are compared on: the first while it is not known how many can be afforded."""
        return self.used if self.used is not None else [0]

    def begin(self) -> None:
        """Start the first candidates."""
        self._start()

    def fit_first(self, folder: Path) -> None:
        """Fit a small model here and now, while other processes start: there is a model from then on."""
        candidate = first_model(self.task.rows.schema, self.task.facts)
        self.pool.add([candidate])
        entry = self.pool.entries[candidate.id]
        entry.is_on_trial = True
        seconds = max(0.2, 0.1 * self.clock.seconds)
        try:
            found = fit_folds(self._arguments(candidate, seconds, folds=[0]), self.task.files, folder)
        except ModelyardError as error:
            entry.state, entry.message = "failed", error.message
        else:
            files = {path.name: path for path in folder.iterdir()}
            entry.folds = {0: FoldResult.read(found["folds"][0], files)}
            entry.state = "succeeded"
            entry.message = "Compared on the first part only."
        self.host.trial(self.pool.row(entry))

    def explore(self) -> None:
        """Try candidates until the time for it is up, nothing is left to try, or somebody asks to stop."""
        while self.clock.exploring > 0 and not self.host.is_finishing():
            self._start()
            if not self.running:
                break
            for handle in self.executor.wait(list(self.running), min(LOOK_SECONDS, max(0.01, self.clock.exploring))):
                self._take(handle)
            n_done = sum(bool(entry.folds) for entry in self.pool.entries.values())
            self.host.report(0.85 * self.clock.fraction, f"{n_done} of {len(self.pool.entries)} candidates tried")
        self._stop()

    def submit(
        self, function: str, candidate: Candidate, seconds: float, *, memory_bytes: int | None = None, **more: object
    ) -> Handle:
        """Have a candidate fitted in another process, which is killed when it is late or takes too much memory."""
        arguments = self._arguments(candidate, seconds, **more)
        # How long a process takes to start is not known before one has: until then only the end of the race kills.
        late = SLACK_SECONDS + 1.5 * self._start_seconds if self._start_seconds is not None else self.clock.left
        there = self.memory.slot_bytes if memory_bytes is None else memory_bytes
        call = Call(function, arguments, self.task.files, seconds=1.5 * seconds + late, memory_bytes=there)
        return self.executor.submit(call)

    def _arguments(self, candidate: Candidate, seconds: float, **more: object) -> dict[str, Any]:
        return {
            "engine": dict(candidate.engine),
            "nodes": [dict(node) for node in candidate.nodes],
            "classes": self.task.classes,
            "class_weight": self.options.class_weight,
            "seed": self.options.seed,
            "seconds": seconds,
            "n_threads": available_threads() if self.memory.n_slots == 1 and self.task.facts.n_rows > LARGE_ROWS else 1,
            **more,
        }

    def _add_portfolio(self) -> None:
        schema, facts, options = self.task.rows.schema, self.task.facts, self.options
        first = portfolio(schema, facts, memory_bytes=options.memory_bytes, engines=options.engines)
        if not first:
            raise Invalid("None of the engines allowed can be used here.", hint="Allow more engines, or more memory.")
        self.memory = MemoryPlan.made(options.memory_bytes, self.executor.n_slots, first, facts)
        first = first[: options.max_candidates]
        compared = baselines(schema, facts) if options.memory_bytes >= SMALL_HOST_BYTES else []
        n_before = 3 if facts.n_outputs < MANY_CLASSES else len(first)
        self.pool.add([*first[:n_before], *compared, *first[n_before:]])
        for entry in self.pool.entries.values():
            if refusal := self.memory.refusal(entry.candidate, facts):
                self._leave_out(entry, refusal)
            entry.is_alone = self.memory.is_for_one(entry.candidate, facts)

    def _take_up(self) -> None:
        """Take up every fold that attempts before this one kept."""
        for entry in self.pool.entries.values():
            if kept := recalled(self.host, entry, range(len(self.task.folds))):
                self._learn(entry, kept)
                self._settle(entry)

    def _start(self) -> None:
        while self._has_room() and (found := self._next()) is not None:
            entry, folds, share = found
            entry.state = "running"
            if entry.is_alone:
                self.executor.rest()
            there = self.memory.alone_bytes if entry.is_alone else self.memory.slot_bytes
            handle = self.submit(FIT_FOLDS, entry.candidate, share, memory_bytes=there, folds=folds)
            self.running[handle] = entry, folds
            self.host.trial(self.pool.row(entry))

    def _has_room(self) -> bool:
        """Say whether another candidate may start: beside one that needs the memory for itself none may."""
        return len(self.running) < self.memory.n_slots and not any(entry.is_alone for entry, _ in self.running.values())

    def _next(self) -> tuple[Entry, list[int], float] | None:
        """Return what to fit next, on which folds, within how many seconds."""
        for entry in self.pool.entries.values():
            folds = self.compared[:1] if entry.is_on_trial else self.compared
            missing = entry.missing(folds)
            if entry.state not in ("failed", "pruned", "running") and missing:
                if entry.is_alone and self.running:
                    return None  # its turn comes when the others have ended
                share = self._share(entry, len(missing))
                if share is not None:
                    return entry, missing, share
        return self._next_searched() if self.used is not None else None

    def _next_searched(self) -> tuple[Entry, list[int], float] | None:
        """Return a new candidate of the search on the first fold; None when there is none now, or no time."""
        entry = self._searched() if not self._is_search_over else None
        if entry is None:
            return None
        share = self._share(entry, 1)
        self._is_search_over = share is None
        return (entry, self.compared[:1], share) if share is not None else None

    def _share(self, entry: Entry, n_folds: int) -> float | None:
        """Return how long the candidate may take for so many folds; None when there is not enough time."""
        left = self.clock.exploring - LOOK_SECONDS
        expected = self._expected(entry) * n_folds
        engine = family("engine").get(str(entry.candidate.engine["kind"]))
        patience = 6.0 if engine is not None and engine.takes_budget else 1.0
        if left < 0.5 or expected > patience * left:
            self._leave_out(entry, f"Not tried: it needs about {expected:.1f} s; {max(left, 0):.1f} s were left.")
            return None
        return min(left, max(2 * expected, LEAST_SHARE * left))

    def _expected(self, entry: Entry) -> float:
        """Return about how long one fold takes: as its others did, else by its cost beside what is known."""
        if entry.folds:
            return entry.seconds / len(entry.folds)
        known = [
            (e.seconds / len(e.folds), e.candidate.cost)
            for e in self.pool.entries.values()
            if e.folds and e.candidate.cost
        ]
        return max(known[0][0] / known[0][1] * entry.candidate.cost, 0.1) if known else 0.1

    def _take(self, handle: Handle) -> None:
        entry, folds = self.running.pop(handle)
        if handle.state == "succeeded":
            self._start_seconds = max(self._start_seconds or 0.0, handle.seconds - handle.result["seconds"])
            self._learn(entry, [FoldResult.read(item, handle.files) for item in handle.result["folds"]])
            # The time first: killed between the two, the fold is fitted again within the budget, not beside it.
            keep_progress(self.host, Progress(self.clock.spent, self.used, tuple(self._drawn)))
            keep(self.host, entry, folds)
        elif _is_over_memory(handle) and not entry.is_alone:
            entry.state, entry.is_alone = "waiting", True
        else:
            entry.state, entry.message = "failed", handle.error
        self._settle(entry)

    def _learn(self, entry: Entry, found: list[FoldResult]) -> None:
        entry.folds |= {result.fold: result for result in found}
        entry.state = "waiting"
        said = dict.fromkeys(note for result in entry.folds.values() for note in result.notes if "budget" in note)
        entry.message = " ".join(said) or None
        if self.used is None and self._tells_the_cost(entry):
            self._afford(entry)

    def _tells_the_cost(self, entry: Entry) -> bool:
        """Say whether its time measures the others': a quick engine's does not, while a dearer one may still come."""
        others = [e for e in self.pool.entries.values() if e.state in ("waiting", "running") and e is not entry]
        return entry.candidate.cost >= 1 or not any(other.candidate.cost >= 1 for other in others)

    def _afford(self, entry: Entry) -> None:
        """Decide on how many folds all are compared, from what one took."""
        costs = [other.candidate.cost for other in self.pool.entries.values()][:N_COUNTED]
        of_one = self._expected(entry) / entry.candidate.cost * sum(costs)
        there = FOLDS_SHARE * self.memory.n_slots * self.clock.exploring
        whole = len(self.task.folds)
        n_folds = next((n for n in (whole, 5, 3) if n <= whole and of_one * n <= there), 1)
        self.used = list(range(n_folds))

    def _keep_back(self) -> None:
        """Keep time for the fits on all rows: of every entry with one fold, of those without early stopping else."""
        entries = [e for e in self.pool.members(self.compared) if self.is_refitted(e)]
        best = sorted(entries, key=lambda e: self.pool.loss(e, self.compared))[:MOST_REFITTED]
        wanted = sum(self.whole_seconds(entry) for entry in best) / self.memory.n_slots
        self.clock.reserve_seconds = min(MOST_RESERVED * self.clock.seconds, wanted) + self.distilling_seconds

    @property
    def distilling_seconds(self) -> float:
        """Time that is kept for distilling."""
        return DISTILLING_SHARE * self.clock.seconds if self.options.is_distilled else 0.0

    def is_refitted(self, entry: Entry) -> bool:
        """Say whether one fit on all rows is better than the mean of the folds' models.

        It is when the folds are few, and for engines whose length no fold had to choose.
        """
        engine = family("engine").get(str(entry.candidate.engine["kind"]))
        return len(self.compared) < 3 or (engine is not None and not engine.steps_field)

    def whole_seconds(self, entry: Entry) -> float:
        """Return about how long a fit on all rows takes."""
        growth = self.task.rows.n_rows / max(1, len(self.task.folds[0].train))
        return 1.1 * growth * entry.seconds / max(1, len(entry.folds))

    def _settle(self, entry: Entry) -> None:
        """Say where the entry stands after a result, and whether it is worth the other folds."""
        is_whole = not entry.missing(self.compared)
        if entry.is_on_trial and entry.folds:
            entry.is_on_trial = False
            if not is_whole and not self._is_promising(entry):
                entry.state, entry.message = "pruned", "Its first fold was too far behind the best."
        if is_whole:
            entry.state = "succeeded"
            self._keep_back()
        self._n_failed = self._n_failed + 1 if entry.state == "failed" else 0
        if self._search is not None and entry.state in ("succeeded", "failed", "pruned"):
            self._search.tell(entry.candidate.id, self._first_loss(entry))
        self.host.trial(self.pool.row(entry))

    def _is_promising(self, entry: Entry) -> bool:
        first = self.compared[:1]
        best = min(self.pool.loss(other, first) for other in self.pool.members(first))
        return self.pool.loss(entry, first) <= WORTH_KEEPING * best

    def _searched(self) -> Entry | None:
        """Add a candidate of the search to the pool; None when it has none now."""
        most = self.options.max_candidates
        compared = sum(e.candidate.label in (COMPARED, FIRST) for e in self.pool.entries.values())
        is_enough = most is not None and len(self.pool.entries) - compared >= most
        if is_enough or self._n_failed >= MOST_FAILURES:
            return None
        if self._search is None:
            done = sorted(self.pool.members(self.compared), key=lambda e: self.pool.loss(e, self.compared))
            bases = searchable([e.candidate for e in done if e.candidate.label != COMPARED], self.task.facts)[:3]
            self._search = Search(self.task.rows.schema, self.task.facts, bases, self.options.seed)
        while (candidate := self._search.ask()) is not None:
            known = self.pool.entries.get(candidate.id)
            if known is None:
                break
            self._search.tell(candidate.id, self._first_loss(known))
        if candidate is None:
            return None
        self._drawn.append(candidate)
        self.pool.add([candidate])
        entry = self.pool.entries[candidate.id]
        entry.is_on_trial = True
        return entry

    def _first_loss(self, entry: Entry) -> float | None:
        """Return its loss on the first fold, or None when it has none."""
        return self.pool.loss(entry, self.compared[:1]) if entry.folds else None

    def _leave_out(self, entry: Entry, message: str) -> None:
        entry.state, entry.message = "pruned", message
        if self._search is not None:
            self._search.tell(entry.candidate.id, None)
        self.host.trial(self.pool.row(entry))

    def _stop(self) -> None:
        """End what is still on its way, and say so of what did not have its turn."""
        reason = "Stopped when asked to." if self.host.is_finishing() else "The time was up."
        for handle in self.running:
            self.executor.kill(handle, reason)
        self.running.clear()
        for entry in self.pool.entries.values():
            if entry.state in ("waiting", "running") or (entry.state == "pruned" and not entry.message):
                entry.state, entry.message = "pruned", reason
                self.host.trial(self.pool.row(entry))


def _is_over_memory(handle: Handle) -> bool:
    limit = handle.call.memory_bytes
    return handle.state == "killed" and limit is not None and handle.peak_memory_bytes > limit
