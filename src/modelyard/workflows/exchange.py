"""Workflows as files: a versioned JSON document without ids of a yard and without secrets.

`{"format": "modelyard-workflow", "version": 1, "name": …, "datasets": {key: what it was}, "graph": …}`; where a node
names a dataset, the graph has the key.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.kinds import field_errors
from modelyard.workflows.graph import SCHEMA_VERSION, Graph
from modelyard.workflows.references import dataset_ids, with_datasets, without_secrets
from modelyard.workflows.values import DatasetFacts

FORMAT: Literal["modelyard-workflow"] = "modelyard-workflow"
VERSION: Literal[1] = 1
MAX_DATASETS = 50

Key = Annotated[str, Field(min_length=1, max_length=64)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class DatasetStamp(BaseModel):
    """What a dataset was in the yard that the file comes from: enough to find it, or one like it, in another."""

    model_config = ConfigDict(frozen=True)

    name: Annotated[str, Field(max_length=200)]
    content_hash: Hash | None = None
    sample: Annotated[str, Field(max_length=32)] | None = None
    """Key of the sample that it is a copy of."""
    n_rows: Annotated[int, Field(ge=0, le=2**53)] | None = None
    n_columns: Annotated[int, Field(ge=0, le=2**53)] | None = None
    target: Annotated[str, Field(max_length=10_000)] | None = None
    """The dataset's own target, which a dataset node without one of its own takes."""


class Exchange(BaseModel):
    """A workflow as a file."""

    model_config = ConfigDict(frozen=True)

    format: Literal["modelyard-workflow"] = FORMAT
    version: Literal[1] = VERSION
    name: Annotated[str, Field(min_length=1, max_length=200)] = "Imported workflow"
    datasets: dict[Key, DatasetStamp] = Field(default_factory=dict, max_length=MAX_DATASETS)
    graph: Graph

    def document(self) -> dict[str, Any]:
        """Return the file's content as JSON-able data."""
        return {**self.model_dump(mode="json", exclude={"graph"}, exclude_none=True), "graph": self.graph.document()}


@dataclass(frozen=True)
class Stamped:
    """A dataset of this yard as an export needs to know it."""

    facts: DatasetFacts
    sample: str | None = None


def exported(name: str, graph: Graph, find: Callable[[str], Stamped | None]) -> Exchange:
    """Return the workflow as a file; a dataset that is gone leaves its node without one."""
    found = {dataset_id: find(dataset_id) for dataset_id in dataset_ids(graph)}
    there = {dataset_id: stamped for dataset_id, stamped in found.items() if stamped is not None}
    keys = {dataset_id: f"dataset-{number}" for number, dataset_id in enumerate(there, 1)}
    stamps = {keys[dataset_id]: _stamp(stamped) for dataset_id, stamped in there.items()}
    return Exchange(name=name, datasets=stamps, graph=without_secrets(with_datasets(graph, keys.get)))


def _stamp(stamped: Stamped) -> DatasetStamp:
    facts = stamped.facts
    return DatasetStamp(
        name=facts.name,
        content_hash=facts.content_hash,
        sample=stamped.sample,
        n_rows=facts.n_rows,
        n_columns=len(facts.schema.columns) if facts.schema else None,
        target=facts.schema.target if facts.schema else None,
    )


def read_exchange(document: Any) -> Exchange:
    """Return the file that the document states, brought to this version; raise Invalid with a sentence."""
    current = _migrated(document)
    try:
        exchange = Exchange.model_validate({**current, "graph": Graph.read(current.get("graph"))})
    except ValidationError as error:
        fields = field_errors(error)
        raise Invalid(f"This workflow file is damaged: {_told(fields[0])}", fields=fields) from None
    if exchange.graph.schema_version > SCHEMA_VERSION:
        raise _newer("graph of schema", exchange.graph.schema_version, SCHEMA_VERSION)
    return exchange


def _migrated(document: Any) -> dict[str, Any]:
    """Return the document in this version's form, one version after another."""
    if not isinstance(document, dict):
        raise Invalid("This is no workflow file: it does not hold a JSON object.", hint=_HINT)
    version = document.get("version") if "format" in document else 0
    if "format" in document and document["format"] != FORMAT:
        raise Invalid("This JSON file is of another kind, not a workflow of Modelyard.", hint=_HINT)
    if isinstance(version, bool) or not isinstance(version, int) or version < 0:
        raise Invalid("This workflow file does not say which version of the format it has.", hint=_HINT)
    if version > VERSION:
        raise _newer("version", version, VERSION)
    current: dict[str, Any] = document
    for step in range(version, VERSION):
        current = _MIGRATIONS[step](current)
    return current


def _from_bare_graph(document: dict[str, Any]) -> dict[str, Any]:
    """Before files had a version, a graph alone or the API's answer for a workflow was passed around."""
    graph = document.get("graph", document)
    if not isinstance(graph, dict) or "nodes" not in graph:
        raise Invalid("This is no workflow file: it has no nodes.", hint=_HINT)
    named = {"name": document["name"]} if "graph" in document and document.get("name") else {}
    return {"format": FORMAT, "version": 1, **named, "graph": graph}


_MIGRATIONS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {0: _from_bare_graph}
_HINT = "Export a workflow with “Export as file” in its menu, or with `modelyard workflows export`."


def _newer(what: str, version: int, known: int) -> Invalid:
    stated = f"{what} {min(version, 1_000_000)}; this one reads up to {known}"
    message = f"This workflow file is from a newer Modelyard ({stated})."
    return Invalid(message, hint="Update this yard to import it.")


def _told(error: FieldError) -> str:
    place = ".".join(str(part)[:64] for part in error.path)
    return f"{place}: {error.message}" if place else error.message
