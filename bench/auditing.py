"""An audit of a large code base, and of Modelyard itself: the command from its start to its report."""

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.report import Figure

ROOT = Path(__file__).resolve().parents[1]
N_FILES = 5_000
SERVICE = '''"""Service {number}."""

import os
from dataclasses import dataclass

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel

from app.{before} import router as before

router = APIRouter(prefix="/things{number}")
LIMIT = int(os.getenv("LIMIT_{number}", "10"))


class Thing(BaseModel):
    name: str
    price: float = 0.0


@dataclass
class Store:
    things: list[Thing]

    def cheapest(self) -> Thing | None:
        return min(self.things, key=lambda thing: thing.price, default=None)


def caller(token: str = "") -> str:
    if not token:
        raise HTTPException(401)
    return token


@router.get("/")
def listed(who: str = Depends(caller)) -> list[Thing]:
    return [Thing(name=f"{{who}}-{{index}}", price=index * 1.5) for index in range(LIMIT)]


@router.post("/")
def added(thing: Thing, who: str = Depends(caller)) -> Thing:
    path = os.path.join("/tmp", "things{number}.log")
    with open(path, "a") as file:
        file.write(f"{{who}} {{thing.name}}\\n")
    return thing
'''
COMPONENT = """"use client";
import {{ useEffect, useState }} from "react";
import {{ Panel{before} }} from "./panel{before}";

export function Panel{number}({{ title }}: {{ title: string }}) {{
  const [rows, setRows] = useState<string[]>([]);
  useEffect(() => {{
    fetch(`${{process.env.NEXT_PUBLIC_API_URL}}/things{number}`, {{ headers: {{ Accept: "application/json" }} }})
      .then((answer) => answer.json())
      .then((found: {{ name: string }}[]) => setRows(found.map((one) => one.name)))
      .catch(() => setRows([]));
  }}, [title]);
  return (
    <section aria-label={{title}}>
      <h2>{{title}}</h2>
      <ul>{{rows.map((row) => <li key={{row}}>{{row}}</li>)}}</ul>
      {{rows.length > 5 ? <Panel{before} title="more" /> : null}}
    </section>
  );
}}
"""
MAIN = """from fastapi import FastAPI
{imports}
app = FastAPI()
{included}

@app.get("/health")
def health() -> dict[str, str]:
    return {{"status": "ok"}}
"""
PAGE = 'import {{ Panel{last} }} from "../panels/panel{last}";\n\nexport default () => <Panel{last} title="all" />;\n'
IMAGE = """FROM python:3.12-slim
RUN useradd -m -u 1000 user
USER user
WORKDIR /home/user/app
COPY --chown=user requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY --chown=user app/ ./app/
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "7860"]
"""


def measure() -> Iterator[Figure]:
    """Yield seconds and memory of both audits."""
    with tempfile.TemporaryDirectory() as folder:
        n_bytes = make_code_base(Path(folder))
        seconds, processor, peak = _audit(Path(folder))
        about = (
            f"{processor:.1f} s of one processor{_beside_ruff(Path(folder), processor)}; "
            f"{n_bytes / 1e6:.1f} MB of text, every Python module reached; peak {peak / 1e6:.0f} MB"
        )
        yield Figure(f"Audit of a code base of {N_FILES:,} files", f"{seconds:.1f} s", "≤ 10 s", about)
    seconds, processor, peak = _audit(ROOT)
    about = f"{processor:.1f} s of one processor{_beside_ruff(ROOT, processor)}; peak {peak / 1e6:.0f} MB"
    yield Figure("Audit of Modelyard itself", f"{seconds:.1f} s", "≤ 3 s", about)


def make_code_base(root: Path) -> int:
    """Write a code base of N_FILES files: two fifths Python, two fifths TypeScript, the rest text; return its bytes."""
    n_code = N_FILES * 2 // 5
    routed = range(0, n_code - 3, 10)
    imports = [f"from app.service{number} import router as router{number}" for number in routed]
    included = [f"app.include_router(router{number})" for number in routed]
    files = {
        "Dockerfile": IMAGE,
        "README.md": "---\nsdk: docker\napp_port: 7860\n---\n",
        "requirements.txt": "fastapi==0.115.6\nuvicorn==0.34.0\npydantic==2.10.4\n",
        "app/__init__.py": "",
        "app/main.py": MAIN.format(imports="\n".join(imports), included="\n".join(included)),
        "web/src/app/page.tsx": PAGE.format(last=n_code - 1),
        "web/package.json": '{"name": "web", "dependencies": {"next": "16.0.1", "react": "19.2.0"}}',
        "web/package-lock.json": "{}",
        "app/start.py": "router = None\n",
    }
    for number in range(n_code - 3):
        before = f"service{number - 1}" if number else "start"
        files[f"app/service{number}.py"] = SERVICE.format(number=number, before=before)
    for number in range(n_code):
        files[f"web/src/panels/panel{number}.tsx"] = COMPONENT.format(number=number, before=max(0, number - 1))
    for number in range(N_FILES - len(files)):
        files[f"docs/page{number}.md"] = f"# Page {number}\n\n" + "Words about things.\n" * 30
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return sum(len(text) for text in files.values())


def _audit(folder: Path) -> tuple[float, float, int]:
    """Return seconds, seconds of processor and peak memory in bytes of one audit by the command."""
    command = [sys.executable, "-m", "modelyard.doors.cli.main", "audit", str(folder), "--format", "json"]
    code, seconds, processor, peak = _run(command)
    if code not in (0, 10, 20):
        raise RuntimeError(f"the audit ended with {code}")
    return seconds, processor, peak


def _beside_ruff(folder: Path, processor: float) -> str:
    """Say how many times ruff's seconds of processor these are, where ruff is installed: rules of bugs and security.

    Both ran on the same machine at about the same time, so the ratio stays when its load does not. Ruff is written in
    Rust, looks at each Python file alone and at nothing else.
    """
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent))
    if ruff is None:
        return ""
    options = ["check", "--isolated", "--no-cache", "--select", "F,B,S", "--exit-zero", "--quiet"]
    _, _, its, _ = _run([ruff, *options, str(folder)])
    return f", {processor / its:.0f} times the {its:.2f} s of `ruff check --select F,B,S`"


def _run(command: list[str]) -> tuple[int, float, float, int]:
    """Return exit code, seconds, seconds of processor and the peak memory in bytes of all children so far."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    process = subprocess.run(command, check=False, stdout=subprocess.PIPE)
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return process.returncode, seconds, processor, after.ru_maxrss * 1024
