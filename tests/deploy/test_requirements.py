"""What a deployable would install is read from what its build runs."""

from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.project.project import Project
from modelyard.deploy.project.requirements import Requirements

WINDOWS = "fastapi[standard]>=0.1  # why\r\n-r base.txt\r\nx==1 ; python_version<'3.9'\r\n"
APP = "from fastapi import FastAPI\n\napp = FastAPI()\n"


def installed(files: dict[str, str | bytes]) -> Requirements:
    project = Project(CodeBase.of({"README.md": "---\nsdk: docker\n---\n", "main.py": APP, **files}))
    return project.requirements(project.deployables[0])


def test_files_that_a_run_installs_and_those_they_include() -> None:
    found = installed(
        {
            "Dockerfile": (
                "FROM python:3.12\nWORKDIR /app\nCOPY api/requirements.txt .\n"
                "RUN pip install -U pip && pip install -r requirements.txt gunicorn --extra-index-url https://x/cpu\n"
                "CMD uvicorn main:app\n"
            ),
            "api/requirements.txt": WINDOWS.encode("utf-16"),
            "api/base.txt": "git+https://github.com/me/tools.git@v1\n",
            "requirements.txt": "not-this-one\n",
        }
    )
    assert [(one.name, one.specifier, one.span.place) for one in found.asked] == [
        ("pip", "", "Dockerfile:4"),
        ("gunicorn", "", "Dockerfile:4"),
        ("fastapi", ">=0.1", "api/requirements.txt:1"),
        ("x", "==1", "api/requirements.txt:3"),
        ("tools", "", "api/base.txt:1"),
    ]
    assert found.extras("fastapi") == {"standard"}
    assert found.index_urls == ("https://x/cpu",)
    assert found.is_known


def test_a_lock_that_a_first_stage_installs() -> None:
    found = installed(
        {
            "Dockerfile": (
                "FROM python:3.12 AS build\nCOPY pyproject.toml poetry.lock ./\nRUN poetry install\n"
                "FROM python:3.12\nCOPY --from=build /v /v\nCMD uvicorn main:app\n"
            ),
            "pyproject.toml": (
                "[tool.poetry.dependencies]\npython = '^3.11'\nfastapi = {version = '^0.110', extras = ['all']}\n"
            ),
            "poetry.lock": '[[package]]\nname = "FastAPI"\nversion = "0.115.0"\n',
        }
    )
    assert found.locked == {"fastapi": "0.115.0"}
    assert [(one.name, one.specifier, one.extras) for one in found.asked] == [("fastapi", "<0.111,>=0.110", ("all",))]


def test_a_file_that_is_not_there_and_a_base_that_is_foreign() -> None:
    found = installed({"Dockerfile": "FROM python:3.12\nRUN pip install -r gone.txt\nCMD uvicorn main:app\n"})
    assert [path for path, _ in found.missing] == ["gone.txt"]
    foreign = installed({"Dockerfile": "FROM pytorch/pytorch\nRUN pip install fastapi\nCMD uvicorn main:app\n"})
    assert not foreign.is_known
