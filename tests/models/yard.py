"""A registered model in a yard, made without a workflow."""

import json
from typing import Any

from modelyard.data.frames import Table
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.models.chain import Chain, build_chain
from modelyard.models.draft import ModelDraft, draft_model
from modelyard.models.engine import Engine, FitOptions
from modelyard.models.tables import Model
from modelyard.models.verbs import publish_model


def draft_of(
    yard: Yard, raw: Table, engine: Engine, nodes: list[Any] | None = None, name: str = "A model"
) -> tuple[Chain, ModelDraft]:
    prepared, steps = raw, []
    for node in nodes or []:
        learned = json.loads(json.dumps(node.learn(prepared.rows("train"))))
        prepared = node.apply(prepared, learned)
        steps.append((node.model_dump(mode="json"), learned))
    chain = build_chain(steps, engine, engine.fit(prepared.rows("train"), FitOptions()), raw.rows("train"))
    yard.settings.scratch.mkdir(parents=True, exist_ok=True)
    draft = draft_model(
        chain,
        prepared,
        raw.rows("train"),
        artifacts=yard.artifacts,
        scratch=yard.settings.scratch,
        name=name,
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
