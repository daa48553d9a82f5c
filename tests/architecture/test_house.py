"""The house stands as it was drawn: verbs ask for scopes, ownership is stated once, words are the field's own."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import modelyard

PACKAGE = Path(modelyard.__file__).parent
ROOT = PACKAGE.parents[1]
ROOMS = [path.name for path in PACKAGE.iterdir() if (path / "verbs.py").is_file()]

OPEN_VERBS = {
    # Whoever is not signed in yet must be able to sign in; the probes and the worker act for nobody.
    "access": {"register", "sign_in", "sign_in_by_link", "sign_out", "ensure_local_owner", "owner_sign_in_path"},
    "runs": {"is_worker_alive"},
}


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


def takes_context(function: ast.FunctionDef) -> bool:
    return bool(function.args.args) and function.args.args[0].arg == "ctx"


@pytest.mark.parametrize("room", ROOMS)
def test_every_public_verb_requires_a_scope(room: str) -> None:
    verbs = list(functions(PACKAGE / room / "verbs.py"))
    helpers = {f.name for f in verbs if f.name.startswith("visible_")}
    asking = {f.name for f in verbs if "ctx.require(" in ast.unparse(f) or "account(ctx" in ast.unparse(f)}
    while (
        more := {f.name for f in verbs if any(re.search(rf"\b{name}\(ctx", ast.unparse(f)) for name in asking)} - asking
    ):
        asking |= more
    silent = {f.name for f in verbs if takes_context(f)} - asking - helpers - OPEN_VERBS.get(room, set())
    assert not silent, f"verbs that never ask for a scope: {silent}"


@pytest.mark.parametrize("room", ROOMS)
def test_ownership_is_filtered_in_one_place(room: str) -> None:
    """Nothing but `visible_…` compares an owner with the actor."""
    for path in (PACKAGE / room).rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef) and not function.name.startswith("visible_"):
                found = re.search(r"owner_id ==|filter_by\(owner_id", ast.unparse(function))
                assert not found, f"{path.name}: {function.name} writes an owner filter of its own"


def test_packages_hold_a_docstring_and_nothing_else() -> None:
    for path in PACKAGE.rglob("__init__.py"):
        body = ast.parse(path.read_text()).body
        assert len(body) == 1, path
        assert isinstance(body[0], ast.Expr), path


def test_no_file_is_called_utils() -> None:
    names = {path.stem for folder in ("src", "tests", "tools") for path in (ROOT / folder).rglob("*.py")}
    names |= {path.stem for path in (ROOT / "frontend" / "src").rglob("*.ts*")}
    assert not names & {"utils", "helpers", "common", "misc"}


BANNED = re.compile(
    r"\b(pipelines?|trainers?|evaluators?|knowledge_?base|dtos?|repositor(y|ies)|credits?)\b", re.IGNORECASE
)
ALLOWED_LINES = re.compile(
    r"sklearn|scikit-learn|credit_data|Pipeline\(|make_pipeline|/pipeline/|repository's|credit|word_tokenize",
    re.IGNORECASE,
)


def test_words_are_the_fields_own() -> None:
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = BANNED.search(line)
            # The auditor speaks of git's repositories, and of what other people's code calls its things.
            is_theirs = (
                path.is_relative_to(PACKAGE / "deploy") and found and found[0].lower().startswith(("repo", "pipe"))
            )
            if found and not is_theirs and not ALLOWED_LINES.search(line):
                wrong.append(f"{path.relative_to(PACKAGE)}:{number}: {line.strip()}")
    assert not wrong, "\n".join(wrong)


def test_no_absolute_path_of_a_machine_and_no_registry_address() -> None:
    import subprocess

    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    # The home of user 1000 in an image for Spaces is a place on no machine of ours.
    machine = re.compile(r"(?<![\w./-])/(home/(?!(?:user|runner)\b)|root/|work/|Users/)\w")
    registry = re.compile(r"https?://(pypi\.org|files\.pythonhosted|registry\.npmjs|deb\.debian)")
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if (
            path.suffix in {".py", ".ts", ".tsx", ".md", ".json", ".toml", ".lock", ".mjs", ".sh", ""}
            and path.is_file()
        ):
            text = path.read_text(errors="replace")
            assert not machine.search(text) or name.startswith(("tests/architecture/", "tests/deploy/")), name
            assert not registry.search(text) or name.startswith("tests/architecture/"), name
