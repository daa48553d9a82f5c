"""HF016: a secret is stored as a variable of a Space."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.aside import is_aside
from modelyard.deploy.code.files import CodeBase, SourceFile
from modelyard.deploy.code.secrets import is_secret_name
from modelyard.deploy.finding import Fix, Platform, Severity, Span
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

CALL = re.compile(r"add_space_variable\([^)]*?(?:key\s*=\s*)?[\"'](?P<name>[A-Z][A-Z0-9_]{2,})[\"']", re.DOTALL)
COMMAND = re.compile(
    r"\b(?:hf|huggingface-cli)\s+spaces?\s+variables?\s+(?:add|set)\b[^\n]*?(?P<name>[A-Z][A-Z0-9_]{3,})"
)
NAME = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")
TO_VARIABLES = re.compile(
    r"\b(?:under|in|as|to|into)\s+(?:the\s+|a\s+|your\s+)?[*`\"']*(?:space\s+|public\s+)?variables?\b", re.I
)
OF_A_SPACE = re.compile(r"\bspaces?\b|hugging\s?face", re.IGNORECASE)
HEADING = re.compile(r"^(#{1,6})\s+(.*)$")


class HF016(Rule):
    """A secret is stored as a variable of a Space.

    **What it does.** Looks in deploy scripts (`add_space_variable`, `hf spaces variables`) and in documents that tell
    how to set the Space up, for secret names (`DATABASE_URL`, `SECRET_KEY`, API keys) that are put among the variables.

    **Why it matters.** Variables of a Space are public: everybody may read them, duplicates take them along, and the
    build gets them as arguments. Only secrets are hidden.

    **How to fix.** Store them under Secrets (`add_space_secret`), and change the values that were public.

    **Limits.** Documents are read by their words; whether it was done so on the Hub is not known here.
    """

    kind: Literal["HF016"] = "HF016"
    title: ClassVar[str] = "Secret stored as a Space variable"
    group: ClassVar[str] = "Spaces"
    icon: ClassVar[str] = "key"
    severity: ClassVar[Severity] = "warning"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf",)

    def check(self, project: Project) -> Iterator[Said]:
        """Yield the places that make a secret public."""
        if not project.on("hf"):
            return
        for name, span, confidence in (*_in_scripts(project.code), *_in_documents(project.code)):
            yield self.finding(
                span,
                f"{name} is put among the Space's variables, which everybody may read.",
                confidence=confidence,
                fix=Fix(
                    text="Store it under Secrets of the Space.",
                    by_person=(f"Rotate {name} if it was stored as a variable.",),
                ),
            )


def _in_scripts(code: CodeBase) -> Iterator[tuple[str, Span, float]]:
    for file in code.ending(".py", ".sh", ".yml", ".yaml"):
        if is_aside(file.path) or "variable" not in file.text:
            continue
        for pattern in (CALL, COMMAND):
            for found in pattern.finditer(file.text):
                if is_secret_name(found["name"]):
                    yield found["name"], file.span(file.line_at(found.start("name"))), 0.9


def _in_documents(code: CodeBase) -> Iterator[tuple[str, Span, float]]:
    for file in code.ending(".md"):
        if file.is_tracked and OF_A_SPACE.search(file.text) and "ariable" in file.text:
            yield from _in_document(file)


def _in_document(file: SourceFile) -> Iterator[tuple[str, Span, float]]:
    """Yield secret names that a document puts under variables, by its sentence or its heading."""
    heading = ""
    is_of_space = False
    for number, line in enumerate(file.lines, 1):
        if found := HEADING.match(line):
            heading = found[2].lower()
            is_of_space = bool(OF_A_SPACE.search(line)) or (is_of_space and len(found[1]) > 2)
            continue
        names = [name for name in NAME.findall(line) if is_secret_name(name)]
        if not names or re.search(r"secret", NAME.sub("", line), re.IGNORECASE):
            continue
        is_listed = "variable" in heading and "environment" not in heading and "secret" not in heading
        is_space_line = is_of_space or OF_A_SPACE.search(line)
        if (TO_VARIABLES.search(line) and "environment variable" not in line.lower() and is_space_line) or (
            is_listed and is_space_line
        ):
            yield names[0], file.span(number), 0.55
