"""A registered model in a yard, made without a workflow; the same training is done once a test session."""

import hashlib
import json
import tempfile
from pathlib import Path
from typing import IO, Any

from modelyard.data.frames import Table
from modelyard.kernel.artifacts import ArtifactStore
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.models.chain import Chain, build_chain
from modelyard.models.draft import ModelDraft, draft_model
from modelyard.models.engine import Engine, FitOptions
from modelyard.models.tables import Model
from modelyard.models.verbs import publish_model

_made: dict[str, tuple[Chain, ModelDraft, "Kept"]] = {}
"""By their rows, engine and nodes: half of what tests of endpoints and batches took was to train the same again."""


class Kept(dict[str, bytes]):
    """Artifacts in memory, by digest."""

    def write(self, digest: str, path: Path) -> None:
        self[digest] = path.read_bytes()

    def copy_to(self, digest: str, target: IO[bytes]) -> None:
        target.write(self[digest])

    def exists(self, digest: str) -> bool:
        return digest in self

    def size(self, digest: str) -> int | None:
        return len(self[digest]) if digest in self else None

    def delete(self, digest: str) -> None:
        self.pop(digest, None)

    def probe(self) -> None:
        pass


def draft_of(
    yard: Yard, raw: Table, engine: Engine, nodes: list[Any] | None = None, name: str = "A model"
) -> tuple[Chain, ModelDraft]:
    """Return a trained chain and its draft, whose artifacts are in the yard."""
    key = _key(raw, engine, nodes or [])
    if key not in _made:
        kept = Kept()
        _made[key] = (*_trained(raw, engine, nodes or [], kept), kept)
    chain, draft, kept = _made[key]
    for content in kept.values():
        yard.artifacts.put_bytes(content)
    return chain, draft.model_copy(update={"name": name}, deep=True)


def _key(raw: Table, engine: Engine, nodes: list[Any]) -> str:
    rows = raw.frame.write_ipc(None).getvalue()
    split = None if raw.split is None else list(raw.split)
    kinds = [(type(kind).__qualname__, kind.model_dump_json()) for kind in (engine, *nodes)]
    return hashlib.sha256(rows + repr((raw.schema.model_dump_json(), split, kinds)).encode()).hexdigest()


def _trained(raw: Table, engine: Engine, nodes: list[Any], kept: Kept) -> tuple[Chain, ModelDraft]:
    prepared, steps = raw, []
    for node in nodes:
        learned = json.loads(json.dumps(node.learn(prepared.rows("train"))))
        prepared = node.apply(prepared, learned)
        steps.append((node.model_dump(mode="json"), learned))
    chain = build_chain(steps, engine, engine.fit(prepared.rows("train"), FitOptions()), raw.rows("train"))
    with tempfile.TemporaryDirectory() as scratch:
        draft = draft_model(
            chain,
            prepared,
            raw.rows("train"),
            artifacts=ArtifactStore(kept, Path(scratch)),
            scratch=Path(scratch),
            name="A model",
            seconds=0.1,
            seed=0,
            class_weight="none",
            raw=raw,
        )
    return chain, draft


def register(yard: Yard, owner: Actor, draft: ModelDraft, *, node_id: str | None = None) -> Model:
    with yard.context(owner) as ctx:
        return publish_model(
            ctx,
            json.loads(json.dumps(draft.model_dump(mode="json"))),
            dataset_id="ds_1",
            dataset_name="people",
            dataset_hash="0" * 64,
            workflow_id="wf_1",
            workflow_version=3,
            node_id=node_id,
        )
