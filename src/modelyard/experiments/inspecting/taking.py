"""The work of the job that takes logs in: samples and answers written as they are read, then compared."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from modelyard.experiments.document import MOST_SAMPLES
from modelyard.experiments.inspecting.errors import LogTooLarge, UnreadableLog
from modelyard.experiments.inspecting.logs import LogHeader, each_sample, read_header
from modelyard.experiments.inspecting.samples import Spent, Taken, taken
from modelyard.experiments.inspecting.stating import ScorersSeen, require_comparable
from modelyard.experiments.tables import ExperimentAnswer, ExperimentSample

ROWS_AT_ONCE = 200
Sessions = Callable[[], AbstractContextManager[Session]]


@dataclass
class Came:
    """What came of the logs."""

    headers: list[LogHeader]
    n_samples: int = 0
    scorers: ScorersSeen = field(default_factory=ScorersSeen)
    n_scoring_tokens: int = 0
    scoring_usd: float = 0.0

    def note(self, row: dict[str, Any], scoring: Spent) -> None:
        """Take note of one answer."""
        self.scorers.add(row["scores"])
        self.n_scoring_tokens += scoring.n_input_tokens + scoring.n_output_tokens
        self.scoring_usd += scoring.cost_usd or 0.0


@dataclass
class _Place:
    """Where a sample stands, and what it asked when it was first met."""

    place: int
    question: str


class Taking:
    """Writes the samples and answers of logs to one attempt; what an earlier try wrote is thrown away."""

    def __init__(self, sessions: Sessions, *, attempt_id: str, owner_id: str, group_by: str, at: datetime) -> None:
        self._sessions = sessions
        self._attempt_id = attempt_id
        self._owner_id = owner_id
        self._group_by = group_by
        self._at = at
        self._places: dict[str, _Place] = {}

    def take(self, logs: Sequence[Path], tell: Callable[[int], None]) -> Came:
        """Read the logs in their order, each a configuration; `tell` hears how many answers are written.

        Raises UnreadableLog, LogTooLarge, and Invalid for logs that cannot be one attempt.
        """
        headers = [read_header(path) for path in logs]
        require_comparable(headers)
        came = Came(headers)
        self._forget()
        n_written = 0
        for configuration, (path, header) in enumerate(zip(logs, headers, strict=True)):
            for some in _parts(each_sample(path, header)):
                found = [taken(each, model=header.model, group_by=self._group_by, at=self._at) for each in some]
                self._write(configuration, header, found, came)
                n_written += len(found)
                tell(n_written)
        came.n_samples = len(self._places)
        if not came.n_samples:
            raise UnreadableLog("The log has no samples.", hint="Run the task with samples logged (log_samples).")
        return came

    def _write(self, configuration: int, header: LogHeader, found: Sequence[Taken], came: Came) -> None:
        samples, answers = [], []
        for each in found:
            sample = self._new(each)
            if sample is not None:
                samples.append(sample)
            if each.repeat >= header.n_epochs:
                raise UnreadableLog(f"The log has {header.n_epochs} epochs, and a sample of epoch {each.repeat + 1}.")
            answers.append(self._row(configuration, each))
            came.note(answers[-1], each.scoring)
        with self._sessions() as session:
            if samples:
                session.execute(insert(ExperimentSample), samples)
            session.execute(insert(ExperimentAnswer), answers)

    def _new(self, found: Taken) -> dict[str, Any] | None:
        """Return the row of a sample that no log had before; raise for one that asks something else now."""
        sample_id, question = found.sample["sample_id"], found.sample["question"]
        known = self._places.get(sample_id)
        if known is not None:
            if known.question != question:
                raise UnreadableLog(
                    f"The sample {sample_id!r} asks something else in another of these logs.",
                    hint="Import logs together that were run on the same dataset.",
                )
            return None
        if len(self._places) >= MOST_SAMPLES:
            raise LogTooLarge(f"There are more than {MOST_SAMPLES:,} samples, which is the most.")
        self._places[sample_id] = _Place(len(self._places), question)
        return {"attempt_id": self._attempt_id, "place": len(self._places) - 1, **found.sample}

    def _row(self, configuration: int, found: Taken) -> dict[str, Any]:
        return {
            "attempt_id": self._attempt_id,
            "owner_id": self._owner_id,
            "configuration": configuration,
            "place": self._places[found.sample["sample_id"]].place,
            "repeat": found.repeat,
            "content_digest": None,
            "reused_from": None,
            **found.answer,
        }

    def _forget(self) -> None:
        with self._sessions() as session:
            for table in (ExperimentAnswer, ExperimentSample):
                session.execute(delete(table).where(table.attempt_id == self._attempt_id))


def _parts(samples: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    some: list[dict[str, Any]] = []
    for each in samples:
        some.append(each)
        if len(some) == ROWS_AT_ONCE:
            yield some
            some = []
    if some:
        yield some
