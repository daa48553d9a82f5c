"""What logs come to as an experiment: its document, and a configuration a log."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from modelyard.experiments.document import ExperimentDocument
from modelyard.experiments.inspecting.logs import LogHeader
from modelyard.kernel.errors import Invalid

MOST_EPOCHS = 50
MOST_SCORERS = 20
LONGEST_NAME = 200
LONGEST_LABEL = 100
NO_SCORER = "score"
"""Of logs that were not scored: a table has a column all the same, which says so."""


@dataclass
class ScorersSeen:
    """The scorers that answers have scores of, in the order in which they came."""

    is_share: dict[str, bool] = field(default_factory=dict)
    """By name: whether every score is 0 or 1."""

    def add(self, scores: Mapping[str, Mapping[str, Any]]) -> None:
        """Take note of the scores of one answer."""
        for name, score in scores.items():
            fits = score["value"] in (None, 0, 1)
            self.is_share[name] = self.is_share.get(name, True) and fits

    @property
    def left_out(self) -> list[str]:
        """Those beyond what a document may have."""
        return list(self.is_share)[MOST_SCORERS:]

    @property
    def documents(self) -> list[dict[str, Any]]:
        """The scorers as an experiment states them."""
        kept = list(self.is_share.items())[:MOST_SCORERS] or [(NO_SCORER, True)]
        return [
            {"kind": "inspect_right" if is_share else "inspect_grade", "scorer": name[:200], "label": name}
            for name, is_share in kept
        ]


def require_comparable(headers: Sequence[LogHeader]) -> None:
    """Raise Invalid for logs that cannot be one attempt: of several tasks, or of too many epochs."""
    tasks = dict.fromkeys(header.task for header in headers)
    if len(tasks) > 1:
        raise Invalid(
            f"These logs are of several tasks: {', '.join(map(repr, list(tasks)[:5]))}.",
            hint="Import the logs of one task together; each task is an experiment of its own.",
        )
    epochs = max(header.n_epochs for header in headers)
    if epochs > MOST_EPOCHS:
        raise Invalid(f"The log has {epochs:,} epochs; {MOST_EPOCHS} are the most that an experiment repeats.")


def document_of(headers: Sequence[LogHeader], *, name: str, scorers: ScorersSeen) -> ExperimentDocument:
    """Return the document that states what the logs did; a strategy for each of them."""
    models = dict.fromkeys(header.model for header in headers)
    first = headers[0]
    return ExperimentDocument.model_validate(
        {
            "name": (name or first.task)[:LONGEST_NAME],
            "description": _description(headers),
            "samples": {"dataset": first.dataset},
            "strategies": [{**strategy_of(header), "label": _label(header)} for header in headers],
            "llms": [{"llm": ", ".join(models)[:500]}],
            "parameters": _parameters(first),
            "repeats": max(header.n_epochs for header in headers),
            "scorers": scorers.documents,
            "reuse": False,
        }
    )


def configurations_of(headers: Sequence[LogHeader]) -> list[dict[str, Any]]:
    """Return what an attempt keeps of the logs, with names that tell them apart."""
    names = _told_apart([f"{_label(header)} · {header.model}" for header in headers])
    return [configuration_of(header, name) for header, name in zip(headers, names, strict=True)]


def configuration_of(header: LogHeader, name: str) -> dict[str, Any]:
    """Return what an attempt keeps of one log: as `modelyard.experiments.schemas.ConfigurationOut` has it."""
    llm = {
        **{"id": "", "name": header.model, "label": header.model, "provider": "inspect", "model": header.model},
        **{"prices": None, "is_scripted": False, "takes_seed": header.seed is not None},
        "identity": hashlib.sha256(f"inspect:{header.model}".encode()).hexdigest(),
    }
    asked = {"temperature": header.temperature, "max_tokens": header.max_tokens, "seed": header.seed}
    return {"name": name, "label": _label(header), "strategy": strategy_of(header), "llm": llm, **asked}


def strategy_of(header: LogHeader) -> dict[str, Any]:
    """Return the strategy that a log stands for."""
    stated = {"task": header.task[:500], "solver": header.solver[:2000], "model": header.model[:500]}
    return {"kind": "inspect", **stated}


def ending_of(headers: Sequence[LogHeader]) -> tuple[str, str | None]:
    """Return the state of an attempt that has these logs, and why it is not whole."""
    for header in headers:
        if header.status == "error":
            return "failed", f"Inspect ended with an error: {header.error or 'the log does not say which'}"[:2000]
        if header.status == "cancelled":
            return "cancelled", "It was cancelled in Inspect."
        if header.status != "success":
            return "stopped", "The log was not finished: Inspect was still writing it, or was killed."
    return "succeeded", None


def _parameters(header: LogHeader) -> dict[str, Any]:
    """Return what was asked of the model, where the log says it as a document can."""
    seed = header.seed if header.seed is not None and 0 <= header.seed < 2**31 else None
    stated: dict[str, Any] = {"seed": [seed]}
    if header.temperature is not None and 0 <= header.temperature <= 2:
        stated["temperature"] = [header.temperature]
    if header.max_tokens is not None and 1 <= header.max_tokens <= 100_000:
        stated["max_tokens"] = [header.max_tokens]
    return stated


def _label(header: LogHeader) -> str:
    return header.solver[:LONGEST_LABEL]


def _description(headers: Sequence[LogHeader]) -> str:
    written = dict.fromkeys(f"{header.written_by}, {header.created_at[:10]}" for header in headers)
    return f"Read from Inspect: {'; '.join(written)}."[:2000]


def _told_apart(names: Iterable[str]) -> list[str]:
    found: dict[str, int] = {}
    told = []
    for name in names:
        found[name] = found.get(name, 0) + 1
        told.append(name if found[name] == 1 else f"{name} {found[name]}")
    return told
