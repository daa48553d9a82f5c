"""The API keeps what its own description promises, for requests that nobody thought of."""

import os
from collections.abc import Iterator

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from modelyard.access import verbs
from modelyard.access.actors import full_scopes
from modelyard.doors.api.app import create_app
from modelyard.kernel.context import Actor
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard
from tests.conftest import application_over

pytestmark = pytest.mark.postgres

N_EXAMPLES = int(os.environ.get("OPENAPI_EXAMPLES", "3"))
"""Per operation and kind of request; a search takes more: OPENAPI_EXAMPLES=200."""
N_ON_POSTGRES = max(2, N_EXAMPLES // 2)
"""What differs there is how rows are kept, not how requests are read."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SAMPLE = "penguins"
NOT_HERE = {
    "GET /ready": "answers 503 as long as no worker runs, which is its purpose",
    "GET /api/v1/runs/{run_id}/events": "a stream ends with its run, and nobody runs it here",
}

schemathesis.serializer.alias("application/zip", "application/octet-stream")
DESCRIPTION = schemathesis.openapi.from_dict(create_app(Settings()).openapi())
OPERATIONS = {found.ok().label: found.ok() for found in DESCRIPTION.get_all_operations()}


@pytest.fixture
def program(yard: Yard, owner: Actor) -> Iterator[TestClient]:
    """A program with a key that may do everything."""
    with yard.context(owner) as ctx:
        _, secret = verbs.create_key(ctx, name="fuzz", scopes=sorted(full_scopes()))
    with TestClient(application_over(yard), headers={"Authorization": f"Bearer {secret}"}) as client:
        yield client


@pytest.fixture
def known(program: TestClient) -> dict[str, str]:
    """Ids of what is there, so that not every answer is 404."""
    prefix = "/api/v1"
    dataset = program.post(f"{prefix}/samples/{SAMPLE}").json()
    workflow = program.post(f"{prefix}/workflows", json={"name": "fuzzed"}).json()
    key = program.post(f"{prefix}/auth/keys", json={"name": "fuzzed", "scopes": ["data:read"]}).json()
    ids = {"dataset_id": dataset["id"], "workflow_id": workflow["id"], "key_id": key["id"], "run_id": dataset["run_id"]}
    return {**ids, "key": SAMPLE, "number": "1"}


def send(program: TestClient, case: Case) -> None:
    stated = case.as_transport_kwargs(base_url="http://testserver")
    stated["headers"] = {**(stated.get("headers") or {}), "Authorization": program.headers["Authorization"]}
    if isinstance(stated.get("data"), bytes | str):
        stated["content"] = stated.pop("data")
    given_parts = {name: value for name, value in stated.items() if value is not None and name != "cookies"}
    case.validate_response(program.request(**given_parts), checks=CHECKS)


def try_examples(
    program: TestClient, n: int, operation: APIOperation, mode: GenerationMode, ids: dict[str, str] | None
) -> None:
    @seed(7860)
    @settings(
        max_examples=n,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode, path_parameters=ids))
    def each(case: Case) -> None:
        send(program, case)

    each()


@pytest.mark.parametrize("label", [label for label in OPERATIONS if label not in NOT_HERE])
def test_an_operation_answers_as_described(
    program: TestClient, request: pytest.FixtureRequest, label: str, database_kind: str
) -> None:
    operation = OPERATIONS[label]
    n = N_EXAMPLES if database_kind == "sqlite" else N_ON_POSTGRES
    names = {parameter.name for parameter in operation.path_parameters}
    try_examples(program, n, operation, GenerationMode.POSITIVE, None)
    known = request.getfixturevalue("known") if names else {}
    if names and names <= set(known):
        try_examples(program, n, operation, GenerationMode.POSITIVE, {name: known[name] for name in names})
    if operation.body or operation.query:
        try_examples(program, n, operation, GenerationMode.NEGATIVE, None)
