"""Which files git keeps, with and without git."""

import subprocess
from pathlib import Path

from modelyard.deploy.code.files import read_code_base

FILES = {
    ".gitignore": "*.env\n/data/\n",
    "a.env": "",
    "data/x.txt": "",
    "web/.gitignore": "*.local\n!keep.env\n",
    "web/b.local": "",
    "web/keep.env": "",
    "web/data/y.txt": "",
    "main.py": "",
}
KEPT = {".gitignore", "web/.gitignore", "web/keep.env", "web/data/y.txt", "main.py"}


def made(root: Path) -> Path:
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def tracked(root: Path) -> set[str]:
    return {path for path, file in read_code_base(root).files.items() if file.is_tracked}


def test_without_git_the_ignore_files_of_all_folders_answer(tmp_path: Path) -> None:
    assert tracked(made(tmp_path)) == KEPT


def test_git_itself_says_the_same_and_keeps_what_was_forced(tmp_path: Path) -> None:
    made(tmp_path)
    for command in (["init", "-q"], ["add", "."], ["add", "-f", "a.env"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    assert tracked(tmp_path) == KEPT | {"a.env"}
