"""HF015: the upload to a Space includes what must stay out."""

import fnmatch
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.finding import Fix, Platform, Severity, Span
from modelyard.deploy.project.context import context_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

PRIVATE = (
    ".env",
    ".env.*",
    "*.pem",
    "id_rsa",
    "credentials.json",
    "service_account*.json",
    "*.sqlite",
    "*.sqlite3",
    "*.db",
)
LITTER = ("*.pyc", ".DS_Store", "Thumbs.db", "*.log", "*.swp")
EXAMPLES = ("*.example", "*.sample", "*.template", "*.dist", "*.test")
MAX_NAMED = 4


class HF015(Rule):
    """The upload to a Space includes what must stay out.

    **What it does.** Simulates the upload (the tracked files of the folder, or what a workflow or script stages; a
    script on somebody's own machine takes untracked files along) and looks for `.env` files, keys, databases, caches.

    **Why it matters.** A public Space shows its files to everybody. What was uploaded once stays in its history.

    **How to fix.** Name them in `.gitignore`, or give the upload `ignore_patterns`; rotate what was in them.

    **Limits.** What files hold is not judged here: secrets in tracked files have rules of their own.
    """

    kind: Literal["HF015"] = "HF015"
    title: ClassVar[str] = "Upload includes too much"
    group: ClassVar[str] = "Spaces"
    icon: ClassVar[str] = "file-text"
    severity: ClassVar[Severity] = "warning"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf",)

    def check(self, project: Project) -> Iterator[Said]:
        """Yield what each Space would get and should not."""
        for one in project.on("hf"):
            if not one.is_declared:
                continue
            uploaded = context_of(project.code, one).uploaded
            found = sorted(path for path, source in uploaded.items() if source and _stays_out(path))
            if not found:
                place = one.manifest or (one.told_by[0] if one.told_by else None)
                if place is not None:
                    yield self.passed(place, f"{len(uploaded)} files go up to {one.name}, none of them private")
                continue
            more = f" and {len(found) - MAX_NAMED} more" if len(found) > MAX_NAMED else ""
            spans: list[Span] = [Span(file=uploaded[path]) for path in found[:20]]
            yield self.finding(
                [*spans, *(one.told_by if one.staged is not None else ())],
                f"The upload to {one.name} includes {', '.join(found[:MAX_NAMED])}{more}.",
                confidence=0.85,
                fix=Fix(
                    text="Name them in .gitignore and take them out of the index, or pass ignore_patterns.",
                    by_person=tuple(f"Rotate what {path} holds." for path in found if "env" in path),
                ),
            )


def _stays_out(path: str) -> bool:
    name = path.rpartition("/")[2]
    if any(fnmatch.fnmatchcase(name, pattern) for pattern in EXAMPLES):
        return False
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in (*PRIVATE, *LITTER))
