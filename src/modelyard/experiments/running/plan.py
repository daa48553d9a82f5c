"""What is to be asked: samples × repeats × configurations, block by block, without what is there already."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from modelyard.experiments.configurations import Configuration
from modelyard.experiments.counting import FAILED
from modelyard.experiments.document import ExperimentDocument
from modelyard.experiments.ownership import visible_known_answers
from modelyard.experiments.running.code import code_digest
from modelyard.experiments.running.finding import Finders
from modelyard.experiments.sample import Sample
from modelyard.experiments.strategy import Strategy
from modelyard.experiments.tables import Attempt, ExperimentAnswer, ExperimentSample

BLOCK = 100
"""Samples that are read at a time."""
_MOST_PARAMETERS = 400
"""Of one query; SQLite of old takes 999."""
_Key = tuple[int, int, int]
"""Configuration, place and repeat of an answer."""


@dataclass(frozen=True)
class Task:
    """One answer that is to be had."""

    configuration: int
    place: int
    repeat: int
    sample: Sample
    digest: str | None
    """Of everything that decides the answer; None: it is not used again."""
    known: ExperimentAnswer | None = None
    """An answer to the same question in every respect, which is only scored."""


class Plan:
    """The attempt, read once."""

    def __init__(self, attempt: Attempt, finders: Finders) -> None:
        self.attempt_id, self.owner_id = attempt.id, attempt.owner_id
        self.document = ExperimentDocument.model_validate(attempt.document)
        self.configurations = [Configuration.model_validate(each) for each in attempt.configurations]
        self.strategies: list[Strategy] = [each.parsed_strategy for each in self.configurations]
        self.n_samples = attempt.n_samples
        self._digests = [
            _configuration_digest(each, attempt, finders.version(strategy.retriever))
            for each, strategy in zip(self.configurations, self.strategies, strict=True)
        ]

    @property
    def n_planned(self) -> int:
        """Answers in all."""
        return self.n_samples * len(self.configurations) * self.document.repeats

    def blocks(self) -> Iterator[range]:
        """Yield the places of samples, a block at a time."""
        for start in range(0, self.n_samples, BLOCK):
            yield range(start, min(start + BLOCK, self.n_samples))

    def tasks(self, session: Session, places: range) -> list[Task]:
        """Return what is to be had of a block: every configuration of a sample before the next sample."""
        samples = _samples(session, self.attempt_id, places)
        there = self._there(session, places)
        tasks = [
            Task(configuration, place, repeat, samples[place], self._digest(configuration, samples[place], repeat))
            for place in places
            for repeat in range(self.document.repeats)
            for configuration in range(len(self.configurations))
            if (configuration, place, repeat) not in there
        ]
        if self.document.reuse:
            tasks = self._with_known(session, tasks)
        return [*tasks, *self._to_score(session, samples, [key for key, is_scored in there.items() if not is_scored])]

    def _there(self, session: Session, places: range) -> dict[_Key, bool]:
        """Return which answers are there, and whether each has all its scores."""
        answers, names = ExperimentAnswer, {name for name, _ in self.document.parsed_scorers}
        rows = session.execute(
            select(answers.configuration, answers.place, answers.repeat, answers.scores).where(
                answers.attempt_id == self.attempt_id,
                answers.place >= places.start,
                answers.place < places.stop,
                answers.ended != FAILED,
            )
        )
        return {(row[0], row[1], row[2]): names <= set(row[3]) for row in rows}

    def _to_score(self, session: Session, samples: dict[int, Sample], keys: Sequence[_Key]) -> list[Task]:
        """Return the answers whose scores are missing: a judge was not asked before the run ended."""
        tasks = []
        for configuration, place, repeat in keys:
            row = session.get_one(ExperimentAnswer, (self.attempt_id, configuration, place, repeat))
            session.expunge(row)
            tasks.append(Task(configuration, place, repeat, samples[place], None, row))
        return tasks

    def _digest(self, configuration: int, sample: Sample, repeat: int) -> str | None:
        if repeat:
            return None
        content = asdict(sample)
        if not self.strategies[configuration].draws_examples:  # else the sample itself is told by its id
            del content["id"], content["group"]
        return hashlib.sha256(f"{self._digests[configuration]}{_json(content)}".encode()).hexdigest()

    def _with_known(self, session: Session, tasks: Sequence[Task]) -> list[Task]:
        digests = [task.digest for task in tasks if task.digest is not None]
        known: dict[str, ExperimentAnswer] = {}
        for start in range(0, len(digests), _MOST_PARAMETERS):
            part = digests[start : start + _MOST_PARAMETERS]
            same = visible_known_answers(self.owner_id, part).where(ExperimentAnswer.ended != FAILED)
            known.update({row.content_digest or "": row for row in session.scalars(same)})
        session.expunge_all()
        return [Task(**{**vars(task), "known": known[task.digest]}) if task.digest in known else task for task in tasks]


def _samples(session: Session, attempt_id: str, places: range) -> dict[int, Sample]:
    rows = session.scalars(
        select(ExperimentSample).where(
            ExperimentSample.attempt_id == attempt_id,
            ExperimentSample.place >= places.start,
            ExperimentSample.place < places.stop,
        )
    )
    return {row.place: sample_of(row) for row in rows}


def sample_of(row: ExperimentSample) -> Sample:
    """Return the sample that a row keeps."""
    rest: dict[str, Any] = {**row.rest}
    for name in ("aliases", "choices"):
        rest[name] = tuple(rest.get(name) or ())
    return Sample(id=row.sample_id, question=row.question, answer=row.answer, group=row.group, **rest)


def _configuration_digest(configuration: Configuration, attempt: Attempt, found_by: str | None) -> str:
    """Return the SHA-256 of all that decides an answer beside the sample."""
    strategy = configuration.parsed_strategy
    decides = {
        "code": [attempt.code_version, code_digest(type(strategy).__module__)],
        "strategy": configuration.strategy,
        "llm": configuration.llm.identity,
        "parameters": [configuration.temperature, configuration.max_tokens, configuration.seed],
        "retriever": found_by,
        "network": attempt.document["allow_network"],
        # Worked examples are drawn from the other samples.
        "others": [attempt.dataset_digest, attempt.document["samples"]] if strategy.draws_examples else None,
    }
    return hashlib.sha256(_json(decides).encode()).hexdigest()


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
