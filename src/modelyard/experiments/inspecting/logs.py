"""Logs read by Inspect itself, one sample in memory at a time: whatever version wrote them, they come out as one shape.

A log is a zip of JSON, packed with Zstandard; which parts of a message stand elsewhere in the file, and what older
versions called differently, only the library knows.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from pydantic import ValidationError

from modelyard.experiments.inspecting.archives import MOST_MEMBER_BYTES, sample_members
from modelyard.experiments.inspecting.errors import LogTooLarge, UnreadableLog

if TYPE_CHECKING:
    from inspect_ai.log import EvalLog

NEWEST = 2
"""Version of the format that is known here."""
LEFT_OUT = ("events", "events_data", "timelines", "store")
"""What happened in between, minute by minute: the largest part of a log by far, and no part of an answer."""
READ = (
    *("id", "epoch", "input", "choices", "target", "metadata", "messages", "output", "scores", "model_usage"),
    *("completed_at", "total_time", "working_time", "error", "limit"),
)
_PACKED_WRONG = (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)
"""What a member raises that is broken off or damaged."""


@dataclass(frozen=True)
class LogHeader:
    """What a log says of itself, before its samples."""

    task: str
    model: str
    solver: str
    dataset: str
    status: str
    """`started`, `success`, `cancelled` or `error`."""
    error: str | None
    n_epochs: int
    sample_ids: tuple[str, ...]
    """In the dataset's order; empty where the log does not say."""
    temperature: float | None
    max_tokens: int | None
    seed: int | None
    created_at: str
    """ISO 8601."""
    written_by: str
    """Such as `inspect_ai 0.3.285`."""


def read_header(path: Path) -> LogHeader:
    """Return what a log says of itself; raise UnreadableLog."""
    from inspect_ai.log import read_eval_log

    try:
        log = read_eval_log(str(path), header_only=True, format="eval")
    except ValidationError as error:
        raise UnreadableLog(f"The log's header is of another version: {_first(error)}.") from None
    except (*_PACKED_WRONG, KeyError) as error:
        raise UnreadableLog(f"The log's header cannot be read: {_told(error)}.") from None
    if log.version > NEWEST:
        hint = "Install a newer version of Modelyard, or write the log with an older Inspect."
        raise UnreadableLog(f"The log has version {log.version} of the format; {NEWEST} is known here.", hint=hint)
    return _header(log)


def each_sample(path: Path, header: LogHeader) -> Iterator[dict[str, Any]]:
    """Yield the samples of a log as plain values, in the dataset's order, epochs after each other.

    Raises UnreadableLog, LogTooLarge.
    """
    _learn_zstandard()
    order = {sample_id: place for place, sample_id in enumerate(header.sample_ids)}
    with ZipFile(path) as archive:
        members = sample_members(archive)
        named = {name: _stated_in(name) for name in members}
        for name in sorted(members, key=lambda name: (order.get(named[name][0], len(order)), *named[name])):
            yield _sample(archive, members[name])


def _sample(archive: ZipFile, member: ZipInfo) -> dict[str, Any]:
    from inspect_ai.log import EvalSample, resolve_sample_attachments

    try:
        with archive.open(member) as file:
            packed = file.read(MOST_MEMBER_BYTES + 1)
        stated = json.loads(packed)
    except (*_PACKED_WRONG, RecursionError) as error:
        raise UnreadableLog(f"{member.filename!r} cannot be read: {_told(error)}.") from None
    if len(packed) > MOST_MEMBER_BYTES:
        raise LogTooLarge(f"{member.filename!r} is larger than {MOST_MEMBER_BYTES >> 20} MB.")
    if not isinstance(stated, dict):
        raise UnreadableLog(f"{member.filename!r} is no sample.")
    try:
        sample = EvalSample.model_validate({name: each for name, each in stated.items() if name not in LEFT_OUT})
    except (ValidationError, TypeError) as error:
        said = _first(error) if isinstance(error, ValidationError) else str(error)
        raise UnreadableLog(f"{member.filename!r} is of another version: {said}.") from None
    whole: dict[str, Any] = resolve_sample_attachments(sample, "core").model_dump(include=set(READ))
    return whole


def _stated_in(name: str) -> tuple[str, int]:
    """Return the sample's id and its epoch by the name of its member, `samples/{id}_epoch_{n}.json`."""
    sample_id, _, epoch = name.removeprefix("samples/").removesuffix(".json").rpartition("_epoch_")
    return sample_id, int(epoch) if epoch.isdecimal() else 0


def _header(log: "EvalLog") -> LogHeader:
    spec, config = log.eval, log.eval.model_generate_config.merge(log.plan.config)
    steps = [step.solver for step in log.plan.steps]
    return LogHeader(
        task=spec.task,
        model=spec.model,
        solver=spec.solver or " + ".join(steps) or "solver",
        dataset=spec.dataset.name or spec.task,
        status=log.status,
        error=log.error.message if log.error else None,
        n_epochs=spec.config.epochs or 1,
        sample_ids=tuple(str(each) for each in spec.dataset.sample_ids or ()),
        temperature=config.temperature,
        max_tokens=config.max_tokens,
        seed=config.seed,
        created_at=str(spec.created),
        written_by=f"inspect_ai {spec.packages.get('inspect_ai', '')}".strip(),
    )


def _learn_zstandard() -> None:
    """Teach `zipfile` the compression of the logs, where Python does not know it by itself."""
    import sys

    if sys.version_info < (3, 14):
        import zipfile_zstd  # noqa: F401  — adds itself to zipfile


def _first(error: ValidationError) -> str:
    found = error.errors(include_url=False)[0]
    return f"{'.'.join(map(str, found['loc']))}: {found['msg']}"


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error)[:200]}".rstrip(": ")
