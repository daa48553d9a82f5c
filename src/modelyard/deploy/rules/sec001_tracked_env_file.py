"""SEC001: a file of the environment with secrets in it is tracked in git."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.aside import is_aside
from modelyard.deploy.code.changes import ignored
from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.code.masking import without
from modelyard.deploy.code.secrets import (
    is_instruction,
    is_open_value,
    is_placeholder,
    is_public_by_design,
    is_random,
    is_secret_name,
    is_signing_name,
    secrets_in,
)
from modelyard.deploy.finding import Fix, FixKind, Severity, Span
from modelyard.deploy.project.naming import is_example_of_environment, lines_of_environment
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

ENV_FILE = re.compile(r"(?:[\w\-]+)?\.env(?:\.[\w.\-]+|rc)?|env\.(?:local|prod|production|dev)|\.flaskenv")


class SEC001(Rule):
    """A file of the environment with secrets in it is tracked in git.

    **What it does.** Reads the `.env` files that git keeps, the examples of them and Streamlit's `secrets.toml`, for
    values that are secrets: by the shape of a token or of a URL with a password, and by the name they are given to.
    Placeholders do not count.

    **Why it matters.** Everyone who can read the repository, a fork or its history has these keys, and bots read
    public repositories within minutes.

    **How to fix.** Rotate every key in it first. Then take the file out of the index (`git rm --cached .env`), name
    it in `.gitignore`, and keep an example with empty values.

    **Limits.** In a file that is an example, only what has the shape of a real secret counts.
    """

    kind: Literal["SEC001"] = "SEC001"
    title: ClassVar[str] = "Env file with secrets tracked in git"
    group: ClassVar[str] = "Security"
    icon: ClassVar[str] = "key"
    severity: ClassVar[Severity] = "critical"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding for each file, with every secret in it."""
        for file in project.code.files.values():
            if file.is_tracked and _holds_environment(file) and not is_aside(file.path):
                is_example = is_example_of_environment(file)
                found = list(_secrets(file, is_example=is_example))
                if found:
                    yield self._finding(project, file, found, is_example=is_example)
                elif is_example:
                    yield self.passed(file.span(), f"{file.path} shows names without secrets")

    def _finding(self, project: Project, file: SourceFile, found: list[tuple[str, Span]], *, is_example: bool) -> Said:
        names = list(dict.fromkeys(name for name, _ in found))
        edits = () if is_example else ignored(project.code, [file])
        kept = "Put empty values in the example." if is_example else "Take the file out of the index and ignore it."
        untrack = () if is_example else (f"git rm --cached {file.path}",)
        return self.finding(
            [span for _, span in found],
            f"{file.path} is tracked in git and holds secrets: {', '.join(names)}.",
            fix=Fix(
                kind="suggested" if edits else "none",
                text=f"Rotate these secrets first. {kept}",
                edits=edits,
                by_person=(*(f"Rotate {name}: it is in the history of git." for name in names), *untrack),
            ),
        )


def _holds_environment(file: SourceFile) -> bool:
    """Say whether a file gives names of the environment: a `.env` under one of its names, Streamlit's secrets."""
    if file.name == "secrets.toml":
        return f"/{file.path}".endswith("/.streamlit/secrets.toml")
    return ENV_FILE.fullmatch(file.name.lower()) is not None


def _secrets(file: SourceFile, *, is_example: bool) -> Iterator[tuple[str, Span]]:
    """Yield name and place of each secret; in an example only what no one would write as one."""
    for line, name, value, is_off in lines_of_environment(file):
        by_shape = any(secrets_in(value))
        if not value or is_public_by_design(name, value):
            continue
        is_empty = is_instruction(value) if is_signing_name(name) and not is_example else is_placeholder(value)
        by_name = is_secret_name(name) and not is_open_value(value) and not is_empty
        is_one = by_shape or (by_name and (is_random(value) if is_example or is_off else len(value) >= 6))
        if is_one:
            yield name, without(file.span(line), value)
