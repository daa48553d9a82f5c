"""A transformer as a service of its own: it answers as the yard does, and PyTorch comes without CUDA."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from modelyard.deploy.bundling.endpoint import one_endpoint
from modelyard.deploy.bundling.folder import write
from modelyard.deploy.platforms.docker import Docker
from modelyard.endpoints.calling import call_endpoint
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.models.alone.service.app import create_app
from modelyard.models.alone.service.model import read_model
from tests.models.transformers.conftest import Stocked


def test_a_checkpoint_answers_by_itself(yard: Yard, owner: Actor, stocked: Stocked, tmp_path: Path) -> None:
    with yard.context(owner, writes=False) as ctx:
        subject = one_endpoint(ctx, stocked.endpoint)
    write(Docker().files(subject), tmp_path)
    served = read_model(tmp_path / "service")
    (item,) = served.chain.signature.inputs
    rows = [{item.name: "a warm and good soup"}, {item.name: "cold"}]
    right = call_endpoint(yard, owner, stocked.endpoint, rows).outputs
    client = TestClient(create_app(served, tmp_path / "service" / "page"))
    answer = client.post("/api/v1/calls", json={"inputs": rows})
    assert answer.status_code == 200, answer.text
    for one, other in zip(answer.json()["outputs"], right, strict=True):
        assert one["prediction"] == other["prediction"]
        assert one["probabilities"] == pytest.approx(other["probabilities"], abs=1e-6)
    names = {line.partition("==")[0] for line in subject.requirements}
    assert {"torch", "transformers", "tokenizers", "safetensors"} <= names
    assert not [name for name in names if name.startswith("nvidia")]
