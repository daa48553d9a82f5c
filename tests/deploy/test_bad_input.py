"""Whatever a folder holds, an audit ends with a report and says what it could not read."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.deploy.auditing.audit import all_rules, audit
from modelyard.deploy.code.files import CodeBase, read_code_base
from modelyard.deploy.finding import Report
from modelyard.deploy.fixing.mending import mend
from modelyard.deploy.project.project import Project
from modelyard.deploy.reports.forms import FORMS, as_form
from tests.deploy.cases import cases_in

RULES = all_rules()
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
APPLICATION = "from fastapi import FastAPI\n\napp = FastAPI()\n"
IMAGE = 'FROM python:3.12-slim\nCOPY . .\nCMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "7860"]\n'


def audited(code: CodeBase) -> Report:
    """Audit with every rule, strictly: a rule that raises fails the test."""
    report = audit(Project(code), RULES, is_strict=True)
    for form in FORMS:
        assert as_form(form, report, RULES, code)
    return report


def held(files: dict[str, bytes | str]) -> Report:
    return audited(CodeBase.of(files))


@pytest.mark.parametrize(
    "files",
    [
        {"Dockerfile": bytes(range(256)) * 40},
        {"Dockerfile": b"\xff\xfe\x00garbage", "docker/Dockerfile": b""},
        {"Dockerfile": "FROM\nRUN <<EOF\nnever ends\n", "main.py": APPLICATION},
        {"Dockerfile": "FROM ${A}\nARG A=${B}\nARG B=${A}\nENV X=${X}\nCMD $X\n"},
        {"Dockerfile": IMAGE, "main.py": APPLICATION, "requirements.txt": "fastapi\nuvicorn\n".encode("utf-16")},
        {"Dockerfile": IMAGE, "main.py": "print 'python 2'\nexec 'x' in {}\n", "ok.py": "import main\n"},
        {"Dockerfile": IMAGE, "main.py": "(" * 5000 + ")" * 5000},
        {"Dockerfile": IMAGE, "main.py": "x = " + "-" * 20000 + "1\n"},
        {"Dockerfile": IMAGE, "main.py": "x = " + "+".join(["'a'"] * 3000) + "\n" + APPLICATION},
        {"Dockerfile": IMAGE, "main.py": "from a import b", "a.py": "from b import a as b", "b.py": "from a import *"},
        {"Dockerfile": IMAGE, "main.py": "X = Y\nY = X\nurl = f'{X}{Y}'\n" + APPLICATION},
        {"Dockerfile": IMAGE, "main.py": b"\x00\x00\x00", "app/main.py": b"\xff\xfe\x00"},
        {"render.yaml": BOMB, "main.py": APPLICATION},
        {"render.yaml": "services:\n  - &a\n    name: *a\n"},
        {"render.yaml": "services: 5\ndatabases: {a: b}\nenvVarGroups: [1, null]\n"},
        {"render.yaml": "services:\n  - 1\n  - type: [web]\n    envVars: {a: 1}\n    plan: {x: y}\n", "main.py": ""},
        {"render.yaml": "services: [\n", "vercel.json": "{", "package.json": "[1, 2", "tsconfig.json": "{,}"},
        {"package.json": '"text"', "vercel.json": "[]", "next.config.js": "module.exports = ("},
        {"package.json": '{"dependencies": ["next"], "scripts": 5, "name": {"a": 1}}', "src/a.tsx": "<a><b></a>"},
        {"package.json": '{"dependencies": {"next": 15}}', "src/a.ts": "`${" * 2000},
        {"README.md": "---\nsdk: [docker\n---\n", "Dockerfile": IMAGE},
        {"README.md": "---\nsdk: docker\napp_port: many\ncolorFrom: 5\nhf_oauth_expiration_minutes: x\n---\n"},
        {"README.md": "---\nsdk: gradio\napp_file: ../../outside.py\n---\n"},
        {".github/workflows/a.yml": "on: push\njobs:\n  a:\n    steps: 3\n  b: null\n"},
        {".github/workflows/a.yml": BOMB, "main.py": APPLICATION},
        {"pyproject.toml": "[project]\nname = 5\ndependencies = 'fastapi'\n[tool.poetry]\ndependencies = []\n"},
        {"requirements.txt": "-r requirements.txt\n-r ../../etc/passwd\n-e .\n@@@\n" + "x" * 100_000},
        {"start.sh": "cd $(\nwhile true; do ./start.sh; done\n", "Dockerfile": "FROM x\nCMD ./start.sh\n"},
        {"Procfile": "web\n: x\nweb: $PORT $PORT\n", "main.py": APPLICATION},
        {"index.html": "<script>" * 500, "src/x.tsx": "export default function(){" * 300},
        {"a/Dockerfile": IMAGE, "a/main.py": APPLICATION, "b/Dockerfile": IMAGE, "b/main.py": APPLICATION,
         "c/app.py": "from flask import Flask\napp = Flask(__name__)\napp.run()\n"},
        {"notes.txt": "no backend at all\n"},
        {"main.py": "x" * 2_000_000},
        {".env": "A" * 100_000 + "=\x00\n=\nexport\n"},
    ],
)  # fmt: skip
def test_it_is_reported_and_nothing_fails(files: dict[str, bytes | str]) -> None:
    assert held(files).project.n_files == len(files)


def test_what_does_not_parse_is_told() -> None:
    report = held({"Dockerfile": IMAGE, "main.py": "print 'python 2'\n"})
    assert any("main.py:1" in one.why for one in report.skipped)


def test_three_backends_are_three_deployables() -> None:
    image = IMAGE.replace("7860", "8000")
    files = {
        f"{name}/{file}": text for name in "abc" for file, text in (("Dockerfile", image), ("main.py", APPLICATION))
    }
    said = held({**files})
    assert {one.root for one in said.project.deployables} == {"a", "b", "c"}


def test_links_that_lead_in_circles_and_pipes_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(APPLICATION)
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self").symlink_to("self")
    (tmp_path / "Dockerfile").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "requirements.txt")
    report = audited(read_code_base(tmp_path))
    assert report.project.n_files == 1
    assert sum("link" in one.why for one in report.skipped) == 3


def test_large_files_are_weighed_and_not_read(tmp_path: Path) -> None:
    with (tmp_path / "weights.py").open("wb") as file:
        file.truncate(2_000_000_000)
    (tmp_path / "main.py").write_text(APPLICATION)
    code = read_code_base(tmp_path)
    assert code.files["weights.py"].text == ""
    assert audited(code).project.n_files == 2


PAGES = sorted((Path(__file__).parent / "projects").glob("*.md"))
PROJECTS = [case for page in PAGES for case in cases_in(page)]


@given(number=st.integers(0, len(PROJECTS) - 1), data=st.data())
@settings(max_examples=15, deadline=None)
def test_a_torn_project_is_still_reported(number: int, data: st.DataObject) -> None:
    """Cut a real file anywhere, or put anything into it: the audit ends, strictly."""
    files: dict[str, bytes | str] = dict(PROJECTS[number].files)
    path = data.draw(st.sampled_from(sorted(files)))
    whole = bytes(files[path]) if isinstance(files[path], bytes) else str(files[path]).encode()
    at = data.draw(st.integers(0, len(whole)))
    put = data.draw(
        st.one_of(st.binary(max_size=20), st.sampled_from([b"\0", b"\xff\xfe", b"{{", b'"""', b"\r", b"&a *a"]))
    )
    files[path] = whole[:at] + put + (whole[at:] if data.draw(st.booleans()) else b"")
    audit(Project(CodeBase.of(files)), RULES, is_strict=True)


@pytest.mark.parametrize("number", range(len(PROJECTS)), ids=[f"{one.rule.lower()}: {one.title}" for one in PROJECTS])
def test_projects_are_mended_once(number: int) -> None:
    def said(code: CodeBase) -> Report:
        return audit(Project(code), RULES, is_strict=True)

    once = mend(PROJECTS[number].code, said, is_unsafe=True)
    assert mend(once.after, said, is_unsafe=True).changed == ()
    assert len(once.report.findings) <= len(said(PROJECTS[number].code).findings)


def test_a_list_with_thousands_of_additions_holds_no_rule_up() -> None:
    added = "from main import app\nfrom fastapi.middleware.cors import CORSMiddleware\n\norigins = []\n"
    added += "".join(f'origins.append("https://app{number}.example.org")\n' for number in range(3000))
    added += "app.add_middleware(CORSMiddleware, allow_origins=origins, allow_credentials=True)\n"
    report = audited(CodeBase.of({"Dockerfile": IMAGE, "main.py": APPLICATION + "import more\n", "more.py": added}))
    assert not [one for one in report.skipped if "finished" in one.why or "were over" in one.why]
