"""Audits in the app: a ZIP becomes a report, audits of one project are a history, strangers see nothing."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from modelyard.deploy import verbs
from modelyard.deploy.code.archive import read_zip
from modelyard.deploy.tables import Audit
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from modelyard.kernel.yard import Yard
from modelyard.runs.drive import drive
from tests.access.people import add_person

pytestmark = pytest.mark.postgres

DOCKERFILE = 'FROM python:3.12-slim\nCOPY . /app\nCMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]\n'
MAIN = "from fastapi import FastAPI\n\napp = FastAPI()\n"
README = "---\nsdk: docker\n---\n# A Space\n"


def zipped(files: dict[str, str], folder: str = "space-main/") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, text in files.items():
            archive.writestr(f"{folder}{path}", text)
    return out.getvalue()


@pytest.fixture
def audited(yard: Yard, owner: Actor, tmp_path: Path) -> Callable[..., Audit]:
    """Audits files as an upload, to the end of its run."""

    def audited(files: dict[str, str], name: str = "space.zip") -> Audit:
        path = tmp_path / name
        path.write_bytes(zipped(files))
        with yard.context(owner) as ctx:
            row = verbs.audit_upload(ctx, path, filename=name)
        drive(yard, str(row.run_id))
        with yard.context(owner, writes=False) as ctx:
            return verbs.get_audit(ctx, row.id)

    return audited


def test_a_zip_becomes_a_report(yard: Yard, owner: Actor, audited: Callable[..., Audit]) -> None:
    row = audited(
        {"Dockerfile": DOCKERFILE, "main.py": MAIN, "README.md": README, "requirements.txt": "fastapi\nuvicorn\n"}
    )
    assert row.state == "ready", row.error
    assert row.verdicts["hf"] == "changes"
    assert row.counts["error"] >= 1
    with yard.context(owner, writes=False) as ctx:
        report = verbs.read_report(ctx, row.id)
        assert report["schema"] == 1
        (port,) = [one for one in report["findings"] if one["rule"] == "HF003"]
        assert port["file"] in ("Dockerfile", "README.md"), "the folder that holds all is taken off"
        assert "+" in port["fix"]["diff"]
        assert "HF003" in verbs.export_report(ctx, row.id, "md")
        assert "<html" in verbs.export_report(ctx, row.id, "html")


def test_what_changed_since_the_audit_before_is_told(yard: Yard, owner: Actor, audited: Callable[..., Audit]) -> None:
    files = {"Dockerfile": DOCKERFILE, "main.py": MAIN, "README.md": README, "requirements.txt": "fastapi\nuvicorn\n"}
    first = audited(files)
    second = audited({**files, "README.md": README.replace("docker\n", "docker\napp_port: 8000\n")})
    with yard.context(owner, writes=False) as ctx:
        before, new, gone = verbs.compare_with_before(ctx, second.id)
        assert before is not None
        assert before.id == first.id
        assert "HF003" in {one["rule"] for one in gone}
        assert not [known for known in new if known.startswith("HF003")]


def test_an_audit_and_its_files_are_deleted(yard: Yard, owner: Actor, audited: Callable[..., Audit]) -> None:
    row = audited({"main.py": MAIN})
    kept = [str(row.upload_hash), str(row.report_hash), str(row.page_hash)]
    with yard.context(owner) as ctx:
        verbs.delete_audit(ctx, row.id)
    assert not any(yard.artifacts.exists(digest) for digest in kept)


def test_strangers_see_no_audit(yard: Yard, audited: Callable[..., Audit]) -> None:
    row = audited({"main.py": MAIN})
    with yard.context(add_person(yard)) as ctx:
        assert verbs.list_audits(ctx) == []
        with pytest.raises(NotFound):
            verbs.read_report(ctx, row.id)
        with pytest.raises(NotFound):
            verbs.delete_audit(ctx, row.id)


def test_a_file_that_is_no_zip_fails_in_a_sentence(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    path = tmp_path / "broken.zip"
    path.write_bytes(b"PK\x03\x04 no archive")
    with yard.context(owner) as ctx:
        row = verbs.audit_upload(ctx, path, filename="broken.zip")
    drive(yard, str(row.run_id))
    with yard.context(owner) as ctx:
        row = verbs.get_audit(ctx, row.id)
        assert (row.state, "no ZIP" in str(row.error)) == ("failed", True)
        with pytest.raises(Conflict):
            verbs.read_report(ctx, row.id)
        with pytest.raises(Invalid):
            verbs.audit_upload(ctx, path, filename="code.tar.gz")


def test_folders_are_read_only_where_that_is_allowed(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    with yard.context(owner) as ctx:
        assert verbs.audit_folder(ctx, str(tmp_path / "code")).name == "code"
        with pytest.raises(Invalid):
            verbs.audit_folder(ctx, str(tmp_path / "absent"))
    from dataclasses import replace

    closed = replace(yard, settings=yard.settings.model_copy(update={"allow_folders": False}))
    with closed.context(owner) as ctx, pytest.raises(Forbidden):
        verbs.audit_folder(ctx, str(tmp_path / "code"))


def test_a_hostile_zip_leads_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "hostile.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("app/main.py", MAIN)
        archive.writestr("../../etc/passwd", "root")
        archive.writestr("/etc/shadow", "root")
        archive.writestr("app/" + "d/" * 100 + "deep.py", "x = 1")
        archive.writestr("app/node_modules/left/index.js", "x")
        archive.writestr("app/bomb.py", "#" * 50_000_000)
        link = zipfile.ZipInfo("app/link.py")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    code = read_zip(path, "hostile.zip")
    assert set(code.files) == {"app/main.py", "app/bomb.py"}
    assert code.files["app/bomb.py"].text == "", "too large to be source"
    assert code.n_left_out == {"app/node_modules": 1}
    assert len(code.notes) == 4


def test_ignore_files_count_in_a_zip_too(tmp_path: Path) -> None:
    path = tmp_path / "ignoring.zip"
    path.write_bytes(zipped({".gitignore": "*.db\n", "users.db": "x", "main.py": MAIN}))
    code = read_zip(path, "ignoring.zip")
    assert {file.path: file.is_tracked for file in code.files.values()} == {
        ".gitignore": True,
        "users.db": False,
        "main.py": True,
    }
