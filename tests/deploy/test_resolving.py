"""What a code base would really deploy is found before any rule looks."""

from textwrap import dedent

import pytest

from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.project.deployable import Deployable
from modelyard.deploy.project.project import Project

IMAGE = 'FROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "{}"]\n'
APP = "from fastapi import FastAPI\n\napp = FastAPI()\n"
MATTER = "---\ntitle: Ratings\nsdk: docker\n---\n"


def deployed(files: dict[str, str | bytes], *, untracked: frozenset[str] = frozenset()) -> tuple[Deployable, ...]:
    texts = {path: dedent(text) if isinstance(text, str) else text for path, text in files.items()}
    return Project(CodeBase.of(texts, untracked=untracked)).deployables


def workflow(script: str) -> str:
    lines = "\n".join(f"          {line}" for line in dedent(script).strip().splitlines())
    return f"on: push\njobs:\n  sync:\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n{lines}\n"


def test_a_readme_with_front_matter_declares_a_space_of_its_folder() -> None:
    files = {"api/README.md": MATTER, "api/Dockerfile": IMAGE.format(7860), "api/main.py": APP, "README.md": "# Top"}
    (one,) = deployed(files)
    assert (one.platform, one.root, one.is_declared, one.name) == ("hf", "api", True, "Ratings")
    assert one.entry is not None
    assert (one.entry.module, one.entry.port) == ("api/main.py", 7860)


@pytest.mark.parametrize(
    "script",
    [
        """
        mkdir -p space
        cp -r backend/* space/
        cp backend/Dockerfile.hf space/Dockerfile
        rm space/Dockerfile.hf
        cat > space/README.md <<'EOF'
        ---
        sdk: docker
        ---
        EOF
        cd space && git init && git push https://me:$TOKEN@huggingface.co/spaces/me/ratings main
        """,
        """
        git clone https://huggingface.co/spaces/me/ratings out
        rsync -av --exclude 'Dockerfile.hf' backend/ out/
        mv backend/Dockerfile.hf out/Dockerfile
        printf -- '---\\nsdk: docker\\n---\\n' > out/README.md
        cd out
        git push
        """,
        """
        mv backend/Dockerfile.hf backend/Dockerfile
        echo "---
        sdk: docker
        ---" | tee backend/README.md
        hf upload me/ratings ./backend . --repo-type space
        """,
    ],
    ids=["cat and push", "clone and rsync", "hub client"],
)
def test_a_workflow_that_stages_a_folder_is_followed(script: str) -> None:
    files = {
        "README.md": "# The repository's own",
        "backend/Dockerfile.hf": IMAGE.format(7860),
        "backend/main.py": APP,
        "frontend/index.html": "",
        ".github/workflows/sync.yml": workflow(script),
    }
    one = deployed(files)[0]
    assert one.staged == {
        "Dockerfile": "backend/Dockerfile.hf",
        "main.py": "backend/main.py",
        "README.md": "",
    }
    assert one.root == "backend"
    assert one.dockerfile is not None
    assert one.dockerfile.file.path == "backend/Dockerfile.hf"
    assert one.entry is not None
    assert one.entry.module == "backend/main.py"


def test_front_matter_that_a_workflow_writes_is_read_at_its_line() -> None:
    written = "cat > README.md <<'EOF'\n---\nsdk: docker\napp_port: 8000\n---\nEOF\n"
    script = f"{written}git push https://huggingface.co/spaces/me/a main"
    files = {"Dockerfile": IMAGE.format(8000), "main.py": APP, ".github/workflows/sync.yml": workflow(script)}
    (one,) = deployed(files)
    assert one.front_matter is not None
    assert one.front_matter.at("app_port").place == ".github/workflows/sync.yml:10"


def test_a_pushed_subtree_and_a_split_branch_are_the_folder() -> None:
    base = {"api/Dockerfile": IMAGE.format(7860), "api/main.py": APP, "api/README.md": MATTER}
    url = "https://me:$TOKEN@huggingface.co/spaces/me/ratings"
    for script in (
        f"git subtree push --prefix api {url} main",
        f"git subtree split --prefix=api -b space\ngit push -f {url} space:main",
    ):
        (one,) = deployed({**base, ".github/workflows/sync.yml": workflow(script)})
        assert (one.root, one.staged) == ("api", None), script


def test_a_python_script_that_uploads_is_followed() -> None:
    script = '''
    import shutil
    import tempfile
    from pathlib import Path

    from huggingface_hub import HfApi

    ROOT = Path(__file__).resolve().parents[1]
    README = """---
    title: Ratings
    sdk: docker
    ---
    """


    def main() -> None:
        with tempfile.TemporaryDirectory() as folder:
            staging = Path(folder)
            shutil.copytree(ROOT / "api", staging, dirs_exist_ok=True)
            (staging / "README.md").write_text(README)
            HfApi().upload_folder(repo_id="me/r", folder_path=staging, repo_type="space", ignore_patterns=["*.pyc"])
    '''
    files = {
        "api/Dockerfile": IMAGE.format(7860),
        "api/main.py": APP,
        "api/x.pyc": "",
        "api/notes.txt": "",
        "tools/deploy.py": dedent(script)
        .replace("    title", "title")
        .replace("    sdk", "sdk")
        .replace("    ---", "---"),
    }
    (one,) = deployed(files, untracked=frozenset({"api/notes.txt"}))
    assert one.staged == {
        "Dockerfile": "api/Dockerfile",
        "main.py": "api/main.py",
        "notes.txt": "api/notes.txt",
        "README.md": "",
    }
    assert one.name == "Ratings"


def test_an_action_that_syncs_a_folder() -> None:
    text = (
        "on: push\njobs:\n  sync:\n    steps:\n      - uses: nateraw/huggingface-sync-action@v0.0.5\n        with:\n"
        "          huggingface_repo_id: me/ratings\n          repo_type: space\n          subdirectory: api\n"
    )
    files = {
        "api/Dockerfile": IMAGE.format(7860),
        "api/main.py": APP,
        "api/README.md": MATTER,
        ".github/workflows/x.yml": text,
    }
    (one,) = deployed(files)
    assert (one.root, one.told_by[0].line) == ("api", 5)


def test_a_gradio_space_is_run_as_its_file() -> None:
    app = "import gradio as gr\n\ngr.Interface(str, 'text', 'text').launch()\n"
    (one,) = deployed({"README.md": "---\nsdk: gradio\napp_file: page.py\n---\n", "page.py": app})
    assert one.shape == "gradio"
    assert one.entry is not None
    assert (one.entry.server, one.entry.module, one.entry.host, one.entry.port) == (
        "gradio",
        "page.py",
        "0.0.0.0",
        7860,
    )


def test_what_a_program_starts_in_other_processes_is_started_too() -> None:
    program = (
        "import subprocess, sys\n"
        "API = ['gunicorn', 'server:app']\n"
        "if __name__ == '__main__':\n"
        "    subprocess.Popen(API, cwd='backend')\n"
        "    subprocess.check_call(['python', 'worker.py'])\n"
        "    subprocess.run([sys.executable, '-m', 'pip', 'install', 'fastapi'])\n"
    )
    image = 'FROM python:3.12-slim\nWORKDIR /srv\nCOPY . .\nCMD ["python", "start.py"]\n'
    files = {"start.py": program, "worker.py": "", "backend/server.py": APP, "Dockerfile": image}
    (one, _) = deployed(files)
    assert one.python_files == (("start.py", True), ("worker.py", True), ("backend/server.py", False))


def test_what_nothing_declares_could_go_to_every_back_end() -> None:
    found = deployed({"api/Dockerfile": IMAGE.format(8000), "api/main.py": APP, "README.md": "# An API"})
    assert [(one.platform, one.root, one.is_declared) for one in found] == [
        ("hf", "api", False),
        ("render", "api", False),
    ]


def test_a_procfile_starts_a_native_service() -> None:
    files = {"requirements.txt": "fastapi", "main.py": APP, "Procfile": "web: gunicorn main:app -b 0.0.0.0:$PORT\n"}
    (one,) = deployed(files)
    assert (one.platform, one.shape, one.is_declared) == ("render", "python", False)
    assert one.entry is not None
    assert (one.entry.port, one.entry.port_from) == (None, "PORT")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("start.sh", "#!/bin/sh\nflask db upgrade\ngunicorn server.service:app --bind 0.0.0.0:$PORT\n"),
        ("railway.json", '{"deploy": {"startCommand": "gunicorn server.service:app -b 0.0.0.0:$PORT"}}'),
        ("railway.toml", '[deploy]\nstartCommand = "gunicorn server.service:app -b 0.0.0.0:$PORT"\n'),
        ("nixpacks.toml", '[start]\ncmd = "gunicorn server.service:app -b 0.0.0.0:$PORT"\n'),
    ],
)
def test_a_start_script_or_another_hosts_file_starts_a_native_service(name: str, text: str) -> None:
    (one,) = deployed(
        {"requirements.txt": "flask", "server/service.py": "from flask import Flask\napp = Flask(__name__)", name: text}
    )
    assert (one.platform, one.shape, one.root, one.is_declared) == ("render", "python", "", False)
    assert one.entry is not None
    assert (one.entry.module, one.entry.port_from) == ("server/service.py", "PORT")


@pytest.mark.parametrize(
    "text",
    [
        "uvicorn main:app --reload\n",
        "docker compose up -d\n",
        "(cd web && npm run dev) & python -m http.server $PORT\n",
    ],
    ids=["of a developer", "containers", "something else"],
)
def test_a_script_that_starts_no_server_on_the_hosts_port_does_not_count(text: str) -> None:
    (one,) = deployed({"requirements.txt": "fastapi", "main.py": APP, "start.sh": text})
    assert one.command is not None
    assert one.command.words == ("uvicorn", "main:app", "--host", "0.0.0.0")


def test_a_program_that_the_top_starts_is_not_started_again_from_its_own_folder() -> None:
    files = {
        "requirements.txt": "flask\npyjwt",
        "start.sh": "gunicorn server.app:app --bind 0.0.0.0:$PORT\n",
        "server/requirements.txt": "flask",
        "server/app.py": "from flask import Flask\napp = Flask(__name__)",
    }
    assert [one.root for one in deployed(files)] == [""]


def test_three_back_ends_are_three() -> None:
    files = {
        f"{name}/{path}": text
        for name in "abc"
        for path, text in (("Dockerfile", IMAGE.format(8000)), ("main.py", APP))
    }
    assert {one.root for one in deployed(files)} == {"a", "b", "c"}


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"Dockerfile": b"\x00\x01\x02" * 100},
        {"Dockerfile": "FROM python\n\\\n", "main.py": "import fastapi"},
        {"Dockerfile": "FROM\n", "README.md": "---\nsdk: [docker\n---\n"},
        {"README.md": "---\nsdk: docker\napp_port: [1, {a: *x}]\n---\n", "Dockerfile": "RUN <<EOF\n"},
        {".github/workflows/a.yml": "jobs: {a: {steps: [{run: 'git push https://hf.co/spaces/a/b'}, 3, null]}}"},
        {".github/workflows/a.yml": workflow("cp -r ((( $( \ngit push https://huggingface.co/spaces/a/b")},
        {"deploy.py": "x = x / x\nHfApi().upload_folder(folder_path=x, repo_type='space')\n"},
        {"Procfile": "web: \n", "requirements.txt": "-r requirements.txt\n", "main.py": "import fastapi\n" + "(" * 500},
        {"Dockerfile": "FROM python\nCOPY . .\nCMD sh a.sh\n", "a.sh": "sh a.sh\n", "main.py": "import fastapi"},
    ],
    ids=[
        "empty",
        "binary",
        "backslash",
        "broken",
        "aliases",
        "workflow",
        "shell",
        "circle",
        "python",
        "script that runs itself",
    ],
)
def test_hostile_code_bases_are_told_and_never_raise(files: dict[str, str | bytes]) -> None:
    project = Project(CodeBase.of(files))
    for one in project.deployables:
        project.requirements(one)


def test_a_blueprint_beside_the_requirements_is_built_from_its_own_folder() -> None:
    service = "services:\n  - type: web\n    name: api\n    runtime: python\n"
    start = "    startCommand: uvicorn app.main:app --host 0.0.0.0 --port $PORT\n"
    files = {
        "backend/render.yaml": service + start,
        "backend/requirements.txt": "fastapi\n",
        "backend/app/main.py": APP,
    }
    (one,) = deployed(files)
    assert (one.platform, one.root) == ("render", "backend")


def test_of_images_that_listen_where_spaces_ask_all_count_unless_one_stands_at_the_top() -> None:
    image = 'FROM python:3.12-slim\nCOPY . .\nCMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "7860"]\n'
    program = "from fastapi import FastAPI\napp = FastAPI()\n"
    both = {
        f"{name}/{file}": text
        for name in ("api", "worker")
        for file, text in (("Dockerfile", image), ("main.py", program))
    }
    assert [one.root for one in Project(CodeBase.of(both)).on("hf")] == ["api", "worker"]
    above = {**both, "Dockerfile": image.replace("COPY . .", "COPY api .")}
    assert [one.root for one in Project(CodeBase.of(above)).on("hf")] == [""]
