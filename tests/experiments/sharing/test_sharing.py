"""A link for readers shows one attempt, quotes nothing unless asked to, and is gone when taken back."""

from datetime import timedelta

from fastapi.testclient import TestClient

from modelyard.experiments.comparing.results import make_results
from modelyard.experiments.labels.verbs import put_label
from modelyard.experiments.tables import Experiment
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from tests.conftest import application_over, sign_in
from tests.experiments.attempts import answer, failed, keep_attempt, sample

SECRET = "the vault is under the stairs"


def shared(yard: Yard, owner: Actor) -> str:
    with yard.context(owner) as ctx:
        quoted = {"exact_match": {"value": None, "why": f"Expected {SECRET!r}."}}
        samples = [sample(place, question=SECRET, answer=SECRET, group="g") for place in range(3)]
        answers = [answer(0, place, 1.0, text=SECRET) for place in range(2)] + [answer(0, 2, None, scores=quoted)]
        attempt = keep_attempt(ctx, ["a"], samples, answers, is_compared=False)
        attempt.configurations = [
            {**each, "strategy": {"kind": "naive", "template": SECRET}} for each in attempt.configurations
        ]
        attempt.results_hash, attempt.scores_hash = make_results(ctx.session, ctx.artifacts, attempt.id)
        return attempt.experiment_id


def test_a_link_shows_results_without_a_word_of_the_documents(yard: Yard, owner: Actor) -> None:
    experiment = shared(yard, owner)
    address = f"/api/v1/experiments/{experiment}/share"
    with TestClient(application_over(yard)) as client:
        sign_in(yard, client)
        assert client.get(address).json()["is_shared"] is False
        token = client.put(address, json={"number": 1}).json()["token"]
        assert "token" not in client.get(address).json()
        reader = TestClient(client.app)
        public = f"/api/v1/public/experiments/{token}"
        seen = reader.get(public)
        assert seen.json()["results"]["configurations"][0]["n_answers"] == 3
        assert SECRET not in seen.text
        assert reader.get(f"{public}/answers").status_code == 404
        assert reader.get(f"{public}/answers/0").status_code == 404
        assert reader.get(f"/api/v1/experiments/{experiment}").status_code == 401
    with yard.context(owner) as ctx:
        kept = ctx.session.get_one(Experiment, experiment).share_digest
    assert kept is not None
    assert token not in kept


def test_answers_are_shown_when_asked_for_and_a_new_link_ends_the_old(yard: Yard, owner: Actor) -> None:
    experiment = shared(yard, owner)
    address = f"/api/v1/experiments/{experiment}/share"
    with TestClient(application_over(yard)) as client:
        sign_in(yard, client)
        old = client.put(address, json={"number": 1}).json()["token"]
        new = client.put(address, json={"number": 1, "with_answers": True}).json()["token"]
        reader = TestClient(client.app)
        assert reader.get(f"/api/v1/public/experiments/{old}").status_code == 404
        listed = reader.get(f"/api/v1/public/experiments/{new}/answers", params={"who": "right"}).json()
        assert listed["n"] == 2
        one = reader.get(f"/api/v1/public/experiments/{new}/answers/0").json()
        assert one["answers"][0]["text"] == SECRET
        sides = reader.get(f"/api/v1/public/experiments/{new}/answers/0/difference", params={"first": 0, "second": 0})
        assert [span["kind"] for span in sides.json()["spans"]] == ["same"]
        found = reader.get(f"/api/v1/public/experiments/{new}/answers", params={"search": "no such words"})
        assert found.json()["n"] == 0
        assert client.delete(address).status_code == 204
        assert reader.get(f"/api/v1/public/experiments/{new}").status_code == 404
        assert client.put(address, json={"number": 7}).status_code == 404


def test_what_is_not_compared_yet_is_not_shared(yard: Yard, owner: Actor) -> None:
    with yard.context(owner) as ctx:
        attempt = keep_attempt(ctx, ["a"], [sample(0)], [answer(0, 0, 1.0)], is_compared=False)
        experiment = attempt.experiment_id
    with TestClient(application_over(yard)) as client:
        sign_in(yard, client)
        refused = client.put(f"/api/v1/experiments/{experiment}/share", json={"number": 1})
    assert (refused.status_code, refused.json()["hint"]) == (409, "Share it when its run has ended.")


def test_readers_learn_neither_what_people_said_nor_what_a_provider_answered(yard: Yard, owner: Actor) -> None:
    with yard.context(owner) as ctx:
        attempt = keep_attempt(ctx, ["a"], [sample(0), sample(1)], [answer(0, 0, 1.0), failed(0, 1)])
        put_label(ctx, attempt, (0, 0, 0), 0.0, note=SECRET)
        experiment = attempt.experiment_id
    with TestClient(application_over(yard)) as client:
        sign_in(yard, client)
        own = client.get(f"/api/v1/experiments/{experiment}/attempts/1/answers/1").json()
        body = {"number": 1, "with_answers": True}
        token = client.put(f"/api/v1/experiments/{experiment}/share", json=body).json()["token"]
        public = f"/api/v1/public/experiments/{token}/answers"
        reader = TestClient(client.app)
        listed, labelled, wrong = (reader.get(f"{public}{at}").json() for at in ("", "/0", "/1"))
    assert own["answers"][0]["error"]
    assert (wrong["answers"][0]["error"], wrong["answers"][0]["error_kind"]) == (None, own["answers"][0]["error_kind"])
    assert [each["n_labels"] for each in listed["items"]] == [0, 0]
    assert labelled["labels"] == []


def test_a_link_for_some_days_ends_and_says_so(yard: Yard, owner: Actor) -> None:
    experiment = shared(yard, owner)
    address = f"/api/v1/experiments/{experiment}/share"
    with TestClient(application_over(yard)) as client:
        sign_in(yard, client)
        assert client.put(address, json={"number": 1, "days": 0}).status_code == 422
        made = client.put(address, json={"number": 1, "days": 7, "with_answers": True}).json()
        token = made["token"]
        seen = TestClient(client.app).get(f"/api/v1/public/experiments/{token}").json()
    assert seen["link_ends_at"] == made["ends_at"]
    later = yard.at(lambda: yard.clock() + timedelta(days=7, minutes=1))
    with TestClient(application_over(later)) as client:
        sign_in(later, client)
        ended = client.get(address).json()
        reader = TestClient(client.app)
        over = reader.get(f"/api/v1/public/experiments/{token}")
        answers = reader.get(f"/api/v1/public/experiments/{token}/answers")
    assert (ended["is_shared"], ended["has_ended"], ended["ends_at"]) == (True, True, made["ends_at"])
    assert (over.status_code, answers.status_code) == (410, 410)
    assert over.json()["error"] == "link_ended"
    assert over.json()["detail"].startswith("This link ended on ")
