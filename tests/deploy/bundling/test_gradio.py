"""A model and a worker as Gradio Spaces: what the platform reads, what our auditor says, a form and a file answer."""

import csv
import io
import os
import runpy
import subprocess
import sys
import zipfile
from importlib.metadata import requires, version
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from modelyard.deploy.bundling.beside_gradio import EXTRAS
from modelyard.deploy.bundling.endpoint import one_endpoint
from modelyard.deploy.bundling.folder import write
from modelyard.deploy.bundling.judging import code_of, grave, judged
from modelyard.deploy.bundling.worker.subject import worker_of_yard
from modelyard.deploy.platforms.hf_gradio import HfGradio
from modelyard.deploy.subject import Subject
from modelyard.endpoints.calling import call_endpoint
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Invalid
from modelyard.kernel.yard import Yard
from modelyard.models.alone.demo.subject import Subject as Shown
from modelyard.models.alone.demo.subject import subject_of_model
from modelyard.models.alone.service.model import read_model
from modelyard.models.engines.lightgbm import LightGBM
from tests.models.rows import mixed, table_of
from tests.models.yard import draft_of, register

SPACE = HfGradio(space="ada/who")
ROWS: list[dict[str, Any]] = mixed(6, seed=9).drop("two", "value").to_dicts()


@pytest.fixture(scope="module")
def packed(shared_yard: tuple[Yard, Actor]) -> tuple[Subject, list[dict[str, Any]]]:
    """What a Space of a model ships, and what the yard answers for the same rows."""
    yard, owner = shared_yard
    given = table_of(mixed(300).drop("value"), "two", "classification")
    model = register(yard, owner, draft_of(yard, given, LightGBM(n_estimators=10), name="Who: says yes?")[1])
    right = call_endpoint(yard, owner, str(model.endpoint_id), ROWS).outputs
    with yard.context(owner, writes=False) as ctx:
        return one_endpoint(ctx, "Who: says yes?", door=SPACE.door), right


@pytest.fixture(scope="module")
def shown(packed: tuple[Subject, list[dict[str, Any]]], tmp_path_factory: pytest.TempPathFactory) -> Shown:
    folder = tmp_path_factory.mktemp("space")
    write(SPACE.files(packed[0]), folder)
    return subject_of_model(read_model(folder / "service"))


def test_our_own_auditor_says_it_is_ready(packed: tuple[Subject, list[dict[str, Any]]]) -> None:
    report = judged(code_of(SPACE.files(packed[0])), SPACE)
    assert grave(report) == []
    assert report.platforms["hf"].verdict == "ready"
    assert len(report.platforms["hf"].deployables) == 1


def test_the_platform_reads_what_to_install_and_start(packed: tuple[Subject, list[dict[str, Any]]]) -> None:
    files = {
        path: content.decode() for path, content in SPACE.files(packed[0]).items() if path.endswith((".md", "txt"))
    }
    lines = files["README.md"].split("---\n")[1].splitlines()
    assert {'title: "Who: says yes?"', "sdk: gradio", "app_file: service/app.py"} <= set(lines)
    assert f'sdk_version: "{version("gradio")}"' in lines
    assert files["packages.txt"] == "libgomp1\n"
    names = {line.partition("==")[0] for line in files["requirements.txt"].splitlines()}
    assert {"lightgbm", "polars", "numpy"} <= names
    assert not names & {"gradio", "pydantic", "fastapi", "uvicorn", "sqlalchemy"}, (
        "the platform chooses what Gradio needs, within our range"
    )


def test_a_row_and_a_file_are_answered_as_the_yard_does(
    shown: Shown, packed: tuple[Subject, list[dict[str, Any]]], tmp_path: Path
) -> None:
    right = packed[1]
    told = shown.answer(ROWS[0])
    assert (told.prediction, told.probabilities) == (right[0]["prediction"], pytest.approx(right[0]["probabilities"]))
    assert told.reasons
    rows = tmp_path / "rows.csv"
    with rows.open("w", newline="") as file:
        writer = csv.DictWriter(file, [*ROWS[0], "prediction"])
        writer.writeheader()
        writer.writerows({**row, "prediction": "mine"} for row in ROWS)
    assert shown.predict_file is not None
    with shown.predict_file(rows).open() as file:
        made = list(csv.DictReader(file))
    assert [row["prediction_"] for row in made] == [one["prediction"] for one in right]
    assert [row["prediction"] for row in made] == ["mine"] * len(ROWS)
    for row, one in zip(made, right, strict=True):
        for name, share in one["probabilities"].items():
            assert float(row[f"probability_{name}"]) == pytest.approx(share)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("rows.xlsx", b"PK", "is no file of rows"),
        ("rows.csv", b"a,city\n", "has no rows"),
        ("rows.csv", b"a,city\n1,2,3,4\n", "cannot be read as a table"),
        ("rows.csv", b"other\n1\n", "city"),
    ],
)
def test_a_file_that_cannot_be_predicted_is_refused_in_a_sentence(
    shown: Shown, tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert shown.predict_file is not None
    with pytest.raises(Invalid) as refused:
        shown.predict_file(path)
    assert sentence in " ".join([refused.value.message, *(field.message for field in refused.value.fields)])


@pytest.fixture(scope="module")
def part() -> Subject:
    return worker_of_yard()


@pytest.fixture(scope="module")
def worker(part: Subject) -> dict[str, bytes]:
    return SPACE.files(part)


def test_of_the_yard_a_space_gets_a_worker_that_our_auditor_says_is_ready(
    part: Subject, worker: dict[str, bytes]
) -> None:
    report = judged(code_of(worker), SPACE)
    assert grave(report) == []
    assert report.platforms["hf"].verdict == "ready"
    assert not any(path.startswith("modelyard/_web/") for path in names_in(worker)), "it serves no pages"
    told = " ".join(SPACE.steps(part))
    assert told.startswith("Creating a Gradio Space needs a PRO")
    assert "DATABASE_URL, MODELYARD_SECRET_KEY" in told


def names_in(files: dict[str, bytes]) -> list[str]:
    (wheel,) = [content for path, content in files.items() if path.endswith(".whl")]
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        return archive.namelist()


def test_what_gradio_needs_too_is_asked_for_in_a_range_that_suits_both(worker: dict[str, bytes]) -> None:
    lines = [Requirement(line) for line in worker["requirements.txt"].decode().splitlines()]
    asked = {canonicalize_name(line.name): line.specifier for line in lines}
    pinned = {name for name, range_ in asked.items() if str(range_).startswith("==")}
    assert {"sqlalchemy", "polars", "scikit-learn", "optuna", "psycopg-binary"} <= pinned
    theirs = [Requirement(line) for line in requires("gradio") or []]
    theirs = [one for one in theirs if one.marker is None or any(f'"{extra}"' in str(one.marker) for extra in EXTRAS)]
    assert any(one.name == "pydantic" and not one.specifier.contains(version("pydantic")) for one in theirs), (
        "the platform's extras want an older pydantic than ours"
    )
    for one in theirs:
        bounds = [each.version for each in one.specifier]
        tried = [*bounds, *([version(one.name)] if one.name in asked else [])]
        ours = asked.get(canonicalize_name(one.name))
        assert ours is None or any(one.specifier.contains(each) and ours.contains(each) for each in tried), one.name


def test_a_space_on_zerogpu_states_the_python_that_is_there(part: Subject, worker: dict[str, bytes]) -> None:
    free = HfGradio(zero_gpu=True)
    assert b'python_version: "3.12.12"' in free.files(part)["README.md"]
    assert b'python_version: "3.11"' in worker["README.md"]
    assert free.steps(part)[0].startswith("An account in good standing has 2 Gradio Spaces on ZeroGPU")


def test_the_worker_is_started_from_the_package_beside_it(worker: dict[str, bytes], tmp_path: Path) -> None:
    write(worker, tmp_path / "space")
    app = runpy.run_path(str(tmp_path / "space" / "app.py"))
    package = app["unpacked"](tmp_path / "package")
    environment = app["environment"](package, {**os.environ, "MODELYARD_RUN_MEMORY_BYTES": "1GiB"})
    assert environment["MODELYARD_ARTIFACT_STORE"] == "database"
    assert environment["MODELYARD_RUN_MEMORY_BYTES"] == "1GiB", "what is given counts"
    command = app["command"]({"GRADIO_SERVER_PORT": "7861"})
    assert command[-4:] == ["--host", "0.0.0.0", "--port", "7861"]
    where = "import modelyard, modelyard.kernel.migrate as m; print(modelyard.__file__, m.head())"
    told = subprocess.run([sys.executable, "-c", where], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.startswith(str(package))
    refused = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (refused.returncode, "hint: Set DATABASE_URL to a PostgreSQL" in refused.stderr) == (1, True)
