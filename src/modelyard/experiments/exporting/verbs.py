"""What can be taken away: the answers as a table, everything as JSON, the comparison as Markdown."""

import json
from collections.abc import Iterator
from typing import Literal

from modelyard.data.table_writing.write import MEDIA_TYPES, TableFormat, table_pieces
from modelyard.experiments.comparing.verbs import results_json, results_of
from modelyard.experiments.document import ExperimentDocument
from modelyard.experiments.exporting.markdown import as_markdown
from modelyard.experiments.exporting.names import file_name
from modelyard.experiments.exporting.rows import Exported, answer_frames
from modelyard.experiments.exporting.telling import attempt_facts
from modelyard.experiments.verbs import get_attempt
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard

ExportFormat = Literal["csv", "jsonl", "parquet", "xlsx", "json", "md"]
_TABLES: dict[ExportFormat, TableFormat] = {"csv": "csv", "jsonl": "jsonl", "parquet": "parquet", "xlsx": "xlsx"}
EXPORT_TYPES: dict[ExportFormat, str] = {
    **{name: MEDIA_TYPES[of] for name, of in _TABLES.items()},
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
}


def export_attempt(
    yard: Yard,
    actor: Actor,
    experiment_id: str,
    number: int,
    file_format: ExportFormat,
    *,
    neutralise: bool = True,
    bom: bool = False,
) -> tuple[str, Iterator[bytes]]:
    """Return a name and the file in pieces, read while it is sent.

    Tables have a row per answer; `json` holds the document, the comparison and the answers; `md` the comparison.
    """
    with yard.context(actor, writes=False) as ctx:
        ctx.require("experiments:read")
        attempt = get_attempt(ctx, experiment_id, number)
        document = ExperimentDocument.model_validate(attempt.document)
        exported = Exported.of(attempt, [name for name, _ in document.parsed_scorers])
        name = file_name(exported.name, number, file_format)
        if file_format == "md":
            results = results_of(ctx, experiment_id, number)
            return name, iter([as_markdown(exported.name, number, results, attempt_facts(attempt, results)).encode()])
        comparison = results_json(ctx, experiment_id, number) if file_format == "json" else b""
    table = _TABLES.get(file_format)
    if table is None:
        return name, _json(yard, actor, exported, comparison)
    yard.settings.scratch.mkdir(parents=True, exist_ok=True)
    frames = answer_frames(yard, actor, exported)
    return name, table_pieces(frames, table, neutralise=neutralise, bom=bom, folder=yard.settings.scratch)


def _json(yard: Yard, actor: Actor, exported: Exported, comparison: bytes) -> Iterator[bytes]:
    document = json.dumps(exported.document, ensure_ascii=False).encode()
    yield b'{"document":' + document + b',"results":' + comparison + b',"answers":['
    is_first = True
    for frame in answer_frames(yard, actor, exported):
        if frame.height:
            lines = frame.write_ndjson().encode().strip().split(b"\n")
            yield (b"" if is_first else b",") + b",".join(lines)
            is_first = False
    yield b"]}"
