"""Versions of a model: numbered, served one at a time, promoted and rolled back while calls are being answered."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from fastapi.testclient import TestClient

from modelyard.endpoints.calling import call_endpoint
from modelyard.endpoints.history import list_calls
from modelyard.endpoints.tables import Endpoint
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from modelyard.kernel.yard import Yard
from modelyard.models.deletion import delete_model, dependents_of
from modelyard.models.draft import ModelDraft
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.models.tables import Model
from modelyard.models.verbs import get_model, rename_model
from modelyard.models.versions import list_lineages, promote, roll_back, versions_of
from tests.models.rows import mixed, table_of
from tests.models.yard import draft_of, register

pytestmark = pytest.mark.postgres
ROW = {"a": 0.3, "city": "Huế", "age": 40, "member": True}
Train = Callable[..., Model]


def drafted(yard: Yard, n_estimators: int) -> ModelDraft:
    table = table_of(mixed(200).drop("two"), "value", "regression")
    return draft_of(yard, table, LightGBM(n_estimators=n_estimators), name=f"{n_estimators} trees")[1]


@pytest.fixture
def train(yard: Yard, owner: Actor) -> Train:
    """Register another training of the same node."""
    numbers = iter(range(1, 100))
    return lambda node_id="n1": register(yard, owner, drafted(yard, next(numbers)), node_id=node_id)


def served(yard: Yard, owner: Actor, model: Model) -> int:
    return int(call_endpoint(yard, owner, str(model.endpoint_id), [ROW]).version or 0)


def answer(yard: Yard, owner: Actor, model: Model, version: int | None = None) -> float:
    call = call_endpoint(yard, owner, str(model.endpoint_id), [ROW], version=version)
    return float(call.outputs[0]["prediction"])


def numbers(yard: Yard, owner: Actor, model: Model) -> list[int]:
    with yard.context(owner) as ctx:
        return [each.version for each in versions_of(ctx, model.id).models]


def test_training_again_makes_a_version_that_waits(yard: Yard, owner: Actor, train: Train) -> None:
    first = train()
    before = answer(yard, owner, first)
    second, elsewhere = train(), train("n2")
    assert (first.version, second.version, elsewhere.version) == (1, 2, 1)
    assert first.endpoint_id == second.endpoint_id != elsewhere.endpoint_id
    assert served(yard, owner, second) == 1
    assert answer(yard, owner, second) == before
    assert numbers(yard, owner, first) == [2, 1]


def test_models_of_no_node_are_lineages_of_their_own(yard: Yard, owner: Actor) -> None:
    models = [register(yard, owner, drafted(yard, 1)) for _ in range(2)]
    assert [model.version for model in models] == [1, 1]
    assert models[0].endpoint_id != models[1].endpoint_id


def test_promoting_changes_the_answer_and_says_who(yard: Yard, owner: Actor, train: Train) -> None:
    first, second = train(), train()
    old, new = answer(yard, owner, first, 1), answer(yard, owner, first, 2)
    assert old != new
    with yard.context(owner) as ctx:
        promote(ctx, second.id)
    assert answer(yard, owner, first) == new
    with yard.context(owner) as ctx:
        found = versions_of(ctx, first.id)
        endpoint = ctx.session.get(Endpoint, first.endpoint_id)
    assert endpoint is not None
    assert (endpoint.servable_id, endpoint.name, endpoint.signature) == (second.id, "2 trees", second.signature)
    told = [(change.version, change.cause, change.actor_name) for change in found.promotions]
    assert told == [(2, "promote", owner.name), (1, "first", owner.name)]
    assert found.promoted is not None
    assert (found.promoted.id, found.before.id if found.before else None) == (second.id, first.id)


def test_promoting_what_is_served_leaves_no_trace(yard: Yard, owner: Actor, train: Train) -> None:
    first = train()
    with yard.context(owner) as ctx:
        assert len(promote(ctx, first.id).promotions) == 1


def test_a_version_that_is_not_promoted_can_be_tried(yard: Yard, owner: Actor, train: Train) -> None:
    first = train()
    train()
    call = call_endpoint(yard, owner, str(first.endpoint_id), [ROW], version=2)
    assert call.version == 2
    assert served(yard, owner, first) == 1
    with pytest.raises(Invalid, match="no version 7") as refused:
        call_endpoint(yard, owner, str(first.endpoint_id), [ROW], version=7)
    assert refused.value.hint == "There are: 1, 2."
    with yard.context(owner) as ctx:
        kept = list_calls(ctx, str(first.endpoint_id))
    assert [(row.version, row.status) for row in kept] == [(None, "failed"), (1, "succeeded"), (2, "succeeded")]


def test_rolling_back_goes_back_step_by_step_and_ends(yard: Yard, owner: Actor, train: Train) -> None:
    models = [train() for _ in range(3)]
    for model in models[1:]:
        with yard.context(owner) as ctx:
            promote(ctx, model.id)
    for expected in (2, 1):
        with yard.context(owner) as ctx:
            roll_back(ctx, models[0].id)
        assert served(yard, owner, models[0]) == expected
    with yard.context(owner) as ctx, pytest.raises(Conflict, match="no earlier version"):
        roll_back(ctx, models[0].id)
    with yard.context(owner) as ctx:
        promote(ctx, models[2].id)
    with yard.context(owner) as ctx:
        assert roll_back(ctx, models[0].id).promoted.version == 1  # type: ignore[union-attr]  # one is served


def test_rolling_back_passes_over_a_deleted_version(yard: Yard, owner: Actor, train: Train) -> None:
    models = [train() for _ in range(3)]
    for model in models[1:]:
        with yard.context(owner) as ctx:
            promote(ctx, model.id)
    with yard.context(owner) as ctx:
        delete_model(ctx, models[1].id)
    with yard.context(owner) as ctx:
        roll_back(ctx, models[2].id)
    assert served(yard, owner, models[0]) == 1


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(yard: Yard, owner: Actor, train: Train) -> None:
    models = [train() for _ in range(3)]
    with yard.context(owner) as ctx:
        promote(ctx, models[1].id, expected=models[0].id)
    for verb, model in ((promote, models[2]), (roll_back, models[0])):
        with yard.context(owner) as ctx, pytest.raises(Conflict, match="Version 2 is being served now"):
            verb(ctx, model.id, expected=models[0].id)
    assert served(yard, owner, models[0]) == 2


def test_of_two_promotions_at_once_one_is_refused(yard: Yard, owner: Actor, train: Train) -> None:
    models = [train() for _ in range(3)]
    together = threading.Barrier(2)

    def attempt(model: Model) -> bool:
        together.wait()
        with suppress(Conflict), yard.context(owner) as ctx:
            promote(ctx, model.id, expected=models[0].id)
            return True
        return False

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(attempt, models[1:]))
    assert sorted(done) == [False, True]
    winner = models[1:][done.index(True)]
    assert served(yard, owner, models[0]) == winner.version
    with yard.context(owner) as ctx:
        assert [change.version for change in versions_of(ctx, winner.id).promotions] == [winner.version, 1]


def test_two_trainings_at_once_get_two_numbers(yard: Yard, owner: Actor) -> None:
    drafts = [drafted(yard, n) for n in range(1, 5)]
    together = threading.Barrier(len(drafts))

    def publish(draft: ModelDraft) -> Model:
        together.wait()
        return register(yard, owner, draft, node_id="n1")

    with ThreadPoolExecutor(len(drafts)) as pool:
        models = list(pool.map(publish, drafts))
    assert sorted(model.version for model in models) == [1, 2, 3, 4]
    assert len({model.lineage_id for model in models}) == 1
    assert numbers(yard, owner, models[0]) == [4, 3, 2, 1]


@pytest.fixture
def calling(yard: Yard, owner: Actor) -> Iterator[Callable[[str], list[Any]]]:
    """Call an endpoint from two threads until the test ends; return what came, errors among it."""
    stopping, threads = threading.Event(), []

    def start(endpoint_id: str) -> list[Any]:
        came: list[Any] = []

        def call() -> None:
            while not stopping.is_set():
                try:
                    done = call_endpoint(yard, owner, endpoint_id, [ROW])
                    came.append((done.version, done.outputs[0]["prediction"]))
                except Exception as error:
                    came.append(error)

        threads.extend(threading.Thread(target=call) for _ in range(2))
        for thread in threads:
            thread.start()
        return came

    yield start
    stopping.set()
    for thread in threads:
        thread.join()


def versions_among(came: list[Any]) -> set[int]:
    return {each[0] for each in came if not isinstance(each, Exception)}


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    waiting = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        waiting.wait(0.02)
    raise AssertionError("it did not come to that")


def test_promoting_while_calls_run_never_fails_one_nor_mixes_versions(
    yard: Yard, owner: Actor, train: Train, calling: Callable[[str], list[Any]]
) -> None:
    models = [train() for _ in range(3)]
    right = {version: answer(yard, owner, models[0], version) for version in (1, 2, 3)}
    came = calling(str(models[0].endpoint_id))
    for model in (models[1], models[2], models[0], models[2], models[1]):
        with yard.context(owner) as ctx:
            promote(ctx, model.id)
        n_before = len(came)
        until(lambda n=n_before, v=model.version: v in versions_among(came[n:]))  # type: ignore[misc]  # no default
    assert not [each for each in came if isinstance(each, Exception)]
    assert {version for version, _ in came} == {1, 2, 3}
    assert all(value == right[version] for version, value in came)


def test_deleting_what_is_served_while_calls_run_fails_none(
    yard: Yard, owner: Actor, train: Train, calling: Callable[[str], list[Any]]
) -> None:
    models = [train() for _ in range(4)]
    came = calling(str(models[0].endpoint_id))
    for model, successor in pairwise(models):
        with yard.context(owner) as ctx:
            delete_model(ctx, model.id, serve_next=successor.id)
        until(lambda version=successor.version: version in versions_among(came))  # type: ignore[misc]
    assert not [each for each in came if isinstance(each, Exception)]


def test_deleting_what_is_served_asks_what_serves_next(yard: Yard, owner: Actor, train: Train) -> None:
    models = [train() for _ in range(3)]
    stranger = train("n2")
    with yard.context(owner) as ctx, pytest.raises(Conflict, match="serves version 1") as refused:
        delete_model(ctx, models[0].id)
    assert "(3, 2)" in str(refused.value.hint)
    for wrong in (models[0].id, stranger.id, "md_none"):
        with yard.context(owner) as ctx, pytest.raises(Invalid, match="another version of the same model"):
            delete_model(ctx, models[0].id, serve_next=wrong)
    with yard.context(owner) as ctx:
        delete_model(ctx, models[0].id, serve_next=models[2].id)
    assert served(yard, owner, models[2]) == 3
    with yard.context(owner) as ctx:
        assert versions_of(ctx, models[2].id).promotions[0].cause == "delete"
    assert train().version == 4, "the number of a deleted version is not given again"


def test_the_calls_of_a_deleted_version_stay_with_the_endpoint(yard: Yard, owner: Actor, train: Train) -> None:
    first, second = train(), train()
    served(yard, owner, first)
    with yard.context(owner) as ctx:
        delete_model(ctx, first.id, serve_next=second.id)
    assert not yard.artifacts.exists(first.artifact_hash)
    with yard.context(owner) as ctx:
        assert [call.version for call in list_calls(ctx, str(second.endpoint_id))] == [1]


def test_what_depends_on_a_version_is_told(yard: Yard, owner: Actor, train: Train) -> None:
    first, second = train(), train()
    for version in (None, 2, 2):
        answer(yard, owner, first, version)
    with yard.context(owner) as ctx:
        found = dependents_of(ctx, first.id)
        assert (found.n_calls, found.n_calls_answered, found.endpoint.id if found.endpoint else None) == (
            3,
            1,
            first.endpoint_id,
        )
        assert [other.id for other in found.others] == [second.id]
        assert found.suggested is not None
        assert found.suggested.id == second.id
        waiting = dependents_of(ctx, second.id)
        assert (waiting.n_calls_answered, waiting.suggested) == (2, None)


def test_all_versions_go_with_their_endpoint(yard: Yard, owner: Actor, train: Train) -> None:
    first, second = train(), train()
    with yard.context(owner) as ctx:
        delete_model(ctx, second.id, all_versions=True)
    with yard.context(owner) as ctx:
        for model in (first, second):
            with pytest.raises(NotFound):
                get_model(ctx, model.id)
    with pytest.raises(NotFound):
        call_endpoint(yard, owner, str(first.endpoint_id), [ROW])
    again = train()
    assert again.version == 1
    assert again.endpoint_id != first.endpoint_id


def test_a_name_given_by_hand_stays_with_all_versions(yard: Yard, owner: Actor, train: Train) -> None:
    first, second = train(), train()
    assert (first.name, second.name) == ("1 trees", "2 trees")
    with yard.context(owner) as ctx:
        rename_model(ctx, second.id, "Prices")
    third = train()
    with yard.context(owner) as ctx:
        found = versions_of(ctx, third.id)
        assert [model.name for model in found.models] == ["Prices"] * 3
        promote(ctx, third.id)
        endpoint = ctx.session.get(Endpoint, third.endpoint_id)
        assert endpoint is not None
        assert endpoint.name == "Prices"


def test_the_list_has_one_entry_per_lineage_the_last_trained_first(yard: Yard, owner: Actor, train: Train) -> None:
    train()
    other = train("n2")
    newest = train()
    with yard.context(owner) as ctx:
        found = list_lineages(ctx)
        assert [(item.newest.id, item.promoted.version, item.n_versions) for item in found] == [
            (newest.id, 1, 2),
            (other.id, 1, 1),
        ]
        assert [item.newest.id for item in list_lineages(ctx, limit=1, cursor=newest.id)] == [other.id]
        assert [item.newest.id for item in list_lineages(ctx, search="1 trees")] == [newest.id]
        assert list_lineages(ctx, search="%") == []


def test_nobody_else_sees_or_changes_them(yard: Yard, owner: Actor, train: Train) -> None:
    first = train()
    second = train()
    stranger = replace(owner, id="us_stranger")
    with yard.context(stranger) as ctx:
        assert list_lineages(ctx) == []
        for verb in (versions_of, promote, roll_back, delete_model, dependents_of):
            with pytest.raises(NotFound):
                verb(ctx, second.id)
    with yard.context(replace(owner, scopes=frozenset({"models:read"}))) as ctx:
        for verb in (promote, roll_back, delete_model):
            with pytest.raises(Forbidden):
                verb(ctx, second.id)
    assert served(yard, owner, first) == 1


def test_http(client: TestClient, yard: Yard, owner: Actor, train: Train) -> None:
    first, second = train(), train()
    address = f"/api/v1/models/{first.id}"
    found = client.get(f"{address}/versions").json()
    assert [(each["version"], each["is_promoted"]) for each in found["versions"]] == [(2, False), (1, True)]
    assert (found["endpoint_id"], found["promoted_id"], found["before_id"]) == (first.endpoint_id, first.id, None)
    promoted = client.post(f"/api/v1/models/{second.id}/promote", json={"expected": first.id}).json()
    assert (promoted["promoted_id"], promoted["before_id"]) == (second.id, first.id)
    assert promoted["promotions"][0]["cause"] == "promote"
    assert client.post(f"{address}/promote", json={"expected": first.id}).status_code == 409
    answered = client.post(f"/api/v1/endpoints/{first.endpoint_id}/calls", json={"inputs": [ROW]}).json()
    assert answered["version"] == 2
    assert client.post(f"{address}/roll-back", json={}).json()["promoted_id"] == first.id
    lineages = client.get("/api/v1/models/lineages").json()["items"]
    assert [(each["n_versions"], each["newest"]["version"]) for each in lineages] == [(2, 2)]
    depends = client.get(f"{address}/dependents").json()
    assert (depends["n_calls"], [other["id"] for other in depends["others"]]) == (1, [second.id])
    assert client.delete(address).status_code == 409
    assert client.delete(address, params={"serve_next": second.id}).status_code == 204
    assert client.get(f"/api/v1/endpoints/{second.endpoint_id}").json()["servable"] == {
        "kind": "model",
        "id": second.id,
        "version": 2,
    }
    assert client.delete(f"/api/v1/models/{second.id}", params={"all_versions": True}).status_code == 204
    assert client.get("/api/v1/models/lineages").json() == {"items": [], "next": None}
