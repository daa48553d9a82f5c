"""Commands are followed through shells, wrappers and scripts to the program that listens."""

import pytest

from modelyard.deploy.code.docker import Dockerfile, read_dockerfile
from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.code.image import DockerIgnore, ImageFiles
from modelyard.deploy.code.shell import read_shell
from modelyard.deploy.project.commands import command_of_image
from modelyard.deploy.project.deployable import Command, Entry
from modelyard.deploy.project.entries import entry_of
from modelyard.deploy.project.places import InImage

HEAD = "FROM python:3.12\nWORKDIR /app\nCOPY . .\n"


def started(dockerfile: str, files: dict[str, str]) -> tuple[Command, Entry | None]:
    code = CodeBase.of({"Dockerfile": dockerfile, **files})
    read = read_dockerfile(code.files["Dockerfile"], "")
    assert isinstance(read, Dockerfile)
    places = InImage(code, ImageFiles(read, {path: path for path in code.files}))
    command = command_of_image(read, places)
    assert command is not None
    return command, entry_of(command, places)


LISTENING = [
    ("CMD arq app.worker.WorkerSettings", {"app/worker.py": ""}, ("app/worker.py", None, None, None)),
    ("CMD celery -A app.worker worker -l info", {"app/worker.py": ""}, ("app/worker.py", None, None, None)),
    ("CMD exec gunicorn --bind :$PORT --workers 1 b:app", {"b.py": ""}, ("b.py", "0.0.0.0", None, "PORT")),
    ("CMD conda run --no-capture-output -n web uvicorn b:app --port 7860", {"b.py": ""}, ("b.py", None, 7860, None)),
    ("CMD ./wait-for-it.sh db:5432 -- uvicorn b:app --port 7860", {"b.py": ""}, ("b.py", None, 7860, None)),
    ("CMD uvicorn b:app --uds /tmp/b.sock", {"b.py": ""}, ("b.py", "/tmp/b.sock", None, None)),
    (
        "CMD gunicorn -c conf.py b:app",
        {"b.py": "", "conf.py": "import os\nbind = f\"0.0.0.0:{os.getenv('PORT', 7860)}\"\n"},
        ("b.py", "0.0.0.0", 7860, "PORT"),
    ),
    (
        'CMD ["uvicorn", "a.b:app", "--host", "0.0.0.0", "--port", "7860"]',
        {"a/b.py": ""},
        ("a/b.py", "0.0.0.0", 7860, None),
    ),
    ("CMD uvicorn b:app --port ${PORT:-7860}", {"b.py": ""}, ("b.py", None, 7860, "PORT")),
    ("ENV PORT=9000\nCMD uvicorn b:app --port $PORT", {"b.py": ""}, ("b.py", None, 9000, "PORT")),
    ('CMD ["uvicorn", "b:app", "--port", "$PORT"]', {"b.py": ""}, ("b.py", None, None, None)),
    ("CMD gunicorn -w 2 -b 0.0.0.0:$PORT b:app", {"b.py": ""}, ("b.py", "0.0.0.0", None, "PORT")),
    (
        "CMD gunicorn b:app",
        {"b.py": "", "gunicorn.conf.py": "bind = '0.0.0.0:7860'\n"},
        ("b.py", "0.0.0.0", 7860, None),
    ),
    ("CMD cd src && exec uvicorn b:app", {"src/b.py": ""}, ("src/b.py", None, 8000, None)),
    ('CMD ["fastapi", "run"]', {"app/main.py": ""}, ("app/main.py", "0.0.0.0", 8000, None)),
    ("CMD uv run --no-dev streamlit run ui.py --server.port=8501", {"ui.py": ""}, ("ui.py", None, 8501, None)),
    (
        'ENTRYPOINT ["tini", "--", "flask", "--app", "web", "run", "-p", "5001"]',
        {"web.py": ""},
        ("web.py", None, 5001, None),
    ),
    ("CMD python -m hypercorn b:app --bind 0.0.0.0:7860", {"b.py": ""}, ("b.py", "0.0.0.0", 7860, None)),
    (
        'CMD ["npm", "start"]',
        {"package.json": '{"scripts": {"start": "next start -p 3001"}}'},
        (None, None, 3001, None),
    ),
    (
        "CMD supervisord -c s.conf",
        {"s.conf": "[program:a]\ncommand=uvicorn b:app --port 7860\n", "b.py": ""},
        ("b.py", None, 7860, None),
    ),
]


@pytest.mark.parametrize(("line", "files", "expected"), LISTENING, ids=[line for line, _, _ in LISTENING])
def test_the_program_that_listens(
    line: str, files: dict[str, str], expected: tuple[str | None, str | None, int | None, str | None]
) -> None:
    _, entry = started(f"{HEAD}{line}\n", files)
    assert entry is not None
    assert (entry.module, entry.host, entry.port, entry.port_from) == expected


def test_a_base_image_that_sets_its_own_folder() -> None:
    dockerfile = 'FROM tiangolo/uvicorn-gunicorn-fastapi\nCOPY ./app /app\nCMD ["uvicorn", "main:app"]\n'
    _, entry = started(dockerfile, {"app/main.py": ""})
    assert entry is not None
    assert entry.module == "app/main.py"


def test_an_entrypoint_hands_on_its_arguments() -> None:
    script = '#!/bin/sh\nset -e\npython seed.py\nalembic upgrade head\nexec "$@"\n'
    dockerfile = f'{HEAD}ENTRYPOINT ["./start.sh"]\nCMD ["uvicorn", "b:app"]\n'
    command, _ = started(dockerfile, {"start.sh": script, "b.py": "", "seed.py": ""})
    assert command.words == ("uvicorn", "b:app")
    assert command.before == (("python", "seed.py"), ("alembic", "upgrade", "head"))
    assert command.scripts == ("seed.py",)
    assert command.chain == ("Dockerfile:4 ENTRYPOINT", "Dockerfile:5 CMD", "start.sh:5 exec")


def test_functions_and_branches_of_a_script() -> None:
    script = (
        "serve() {\n  uvicorn b:app --port 7860\n}\nunused() {\n  uvicorn b:app --port 1\n}\nif true; then serve; fi\n"
    )
    command, entry = started(f"{HEAD}CMD bash run.sh\n", {"run.sh": script, "b.py": ""})
    assert entry is not None
    assert entry.port == 7860
    assert command.span.place == "run.sh:2"


FILES = {
    "a constant and main()": (
        "import uvicorn\nfrom app.web import app\nPORT = int(os.environ.get('PORT', 8000))\n"
        "def main():\n    uvicorn.run(app, host='0.0.0.0', port=PORT)\nif __name__ == '__main__':\n    main()\n",
        ("app/web.py", "0.0.0.0", 8000, "PORT"),
    ),
    "settings of another file": (
        "import uvicorn\nfrom app.settings import settings\nuvicorn.run('app.web:app', port=settings.port)\n",
        ("app/web.py", None, 8080, "PORT"),
    ),
    "a server object in asyncio": (
        "import asyncio\nimport uvicorn\nasync def go():\n"
        "    await uvicorn.Server(uvicorn.Config('app.web:app', port=7861)).serve()\nasyncio.run(go())\n",
        ("app/web.py", None, 7861, None),
    ),
    "an option of argparse": (
        "import argparse\nimport uvicorn\np = argparse.ArgumentParser()\np.add_argument('--port', default=7000)\n"
        "args = p.parse_args()\nuvicorn.run('app.web:app', port=args.port)\n",
        ("app/web.py", None, 7000, None),
    ),
    "an address that only the machine knows": (
        "import os\nimport uvicorn\nuvicorn.run('app.web:app', host=choose(), port=7000)\n",
        ("app/web.py", "choose()", 7000, None),
    ),
    "options that another place makes": (
        "import uvicorn\nuvicorn.run('app.web:app', **options)\n",
        ("app/web.py", "**options", None, None),
    ),
    "followed into another module": (
        "from app.cli import serve\nserve()\n",
        ("app/web.py", "0.0.0.0", 7862, None),
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_run(name: str) -> None:
    text, expected = FILES[name]
    others = {
        "app/web.py": "",
        "app/settings.py": "class Settings(BaseSettings):\n    port: int = Field(8080)\nsettings = Settings()\n",
        "app/cli.py": "import uvicorn\ndef serve():\n    uvicorn.run('app.web:app', host='0.0.0.0', port=7862)\n",
    }
    _, entry = started(f'{HEAD}CMD ["python", "run.py"]\n', {"run.py": text, **others})
    assert entry is not None
    assert (entry.module, entry.host, entry.port, entry.port_from) == expected
    assert entry.run == "run.py"


def test_stages_and_the_state_they_end_in() -> None:
    text = (
        'ARG V=3.12\nFROM python:${V}-slim AS base\nENV A=1 B="x $A"\nWORKDIR srv\nUSER app\n'
        "FROM base\nWORKDIR sub\nCOPY --from=base --chown=1000:1000 /srv/x ./x\nENV A=2\n"
    )
    read = read_dockerfile(CodeBase.of({"Dockerfile": text}).files["Dockerfile"], "")
    assert isinstance(read, Dockerfile)
    assert [stage.base for stage in read.stages] == ["python:3.12-slim", "base"]
    assert (read.last.workdir, read.last.user, read.last.environment) == ("/srv/sub", "app", {"A": "2", "B": "x $A"})
    assert read.last.image == "python:3.12-slim"
    (copy,) = read.last.every("COPY")
    assert copy.flags == {"from": "base", "chown": "1000:1000"}


def test_where_the_files_of_an_image_come_from() -> None:
    text = (
        "FROM a AS b\nWORKDIR /w\nCOPY api/app ./app\n"
        "FROM b\nWORKDIR /srv\nCOPY --from=b /w/app ./app\nCOPY *.txt run.py /srv/\n"
    )
    code = CodeBase.of({"Dockerfile": text, "api/app/main.py": "", "a.txt": "", "run.py": ""})
    read = read_dockerfile(code.files["Dockerfile"], "")
    assert isinstance(read, Dockerfile)
    image = ImageFiles(read, {path: path for path in code.files})
    assert image.source("/srv/app/main.py") == "api/app/main.py"
    assert image.source("/srv/a.txt") == "a.txt"
    assert image.source("/srv/run.py") == "run.py"
    assert image.source("/srv/none.py") is None


@pytest.mark.parametrize(
    ("path", "is_out"),
    [
        ("a/b.pyc", True),
        ("node_modules/x", True),
        ("a/node_modules/x", False),
        ("B.md", True),
        ("README.md", False),
        ("x/y", True),
    ],
)
def test_the_patterns_of_a_dockerignore(path: str, is_out: bool) -> None:
    assert DockerIgnore("# c\n**/*.pyc\nnode_modules\n*.md\n!README.md\n/x/\n").keeps_out(path) is is_out


def test_words_of_a_shell() -> None:
    text = (
        'P=${P:-7860}\nexport Q="a b"\nA=1 exec run --port "${P}" \'$P\' ${R:-${P}} $Q > out.txt\n'
        "cat <<EOF > f\nis $P\nEOF\n"
    )
    run, cat = read_shell(text)
    assert run.words == ("run", "--port", "7860", "$P", "7860", "a", "b")
    assert (run.is_exec, run.outputs, run.environment["A"]) == (True, ("out.txt",), "1")
    assert (cat.outputs, cat.typed) == (("f",), "is 7860\n")


@pytest.mark.parametrize(
    "text", ["(" * 4000, "${A:-" * 3000, "\x00\xff", "cat <<EOF\n", "if " * 900, "a" * 100_000, "'"]
)
def test_text_that_is_no_script_gives_what_it_can(text: str) -> None:
    read_shell(text)


def test_a_server_behind_a_proxy_of_the_same_image() -> None:
    files = {
        "b.py": "",
        "run.sh": "uvicorn b:app --host 127.0.0.1 --port 8000 &\nnginx -g 'daemon off;'\n",
        "nginx.conf": "server {\n  listen 7860;\n  location / { proxy_pass http://127.0.0.1:8000; }\n}\n",
    }
    command, entry = started(f"{HEAD}CMD bash run.sh\n", files)
    assert command.is_behind_proxy
    assert entry is not None
    assert (entry.module, entry.host, entry.port, entry.spans[0].place) == ("b.py", "0.0.0.0", 7860, "nginx.conf:2")
