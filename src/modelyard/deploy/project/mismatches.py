"""Names of the environment that are set under one name and read under another."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelyard.deploy.code.aside import is_aside
from modelyard.deploy.project.named import NameRead, NameSet
from modelyard.deploy.project.names import is_given
from modelyard.deploy.project.naming import is_example_of_environment

if TYPE_CHECKING:
    from modelyard.deploy.project.project import Project

MANIFESTS = ("render", "vercel", "workflow", "dockerfile")
"""Where a name that is set reaches a platform."""
FAMILIES: tuple[frozenset[str], ...] = (
    frozenset({"SECRET_KEY", "JWT_SECRET", "JWT_SECRET_KEY", "AUTH_SECRET", "APP_SECRET", "JWT_KEY", "SESSION_SECRET"}),
    frozenset(
        {"DATABASE_URL", "DB_URL", "POSTGRES_URL", "DATABASE_URI", "NEON_DATABASE_URL", "SQLALCHEMY_DATABASE_URI"}
    ),
    frozenset(
        {"CORS_ORIGINS", "ALLOWED_ORIGINS", "CORS_ALLOWED_ORIGINS", "ALLOWED_HOSTS_CORS", "BACKEND_CORS_ORIGINS"}
    ),
    frozenset({"HF_TOKEN", "HUGGINGFACE_TOKEN", "HUGGINGFACEHUB_API_TOKEN", "HF_API_TOKEN", "HF_API_KEY"}),
    frozenset({"NEXT_PUBLIC_API_URL", "NEXT_PUBLIC_BACKEND_URL", "NEXT_PUBLIC_API_BASE_URL", "NEXT_PUBLIC_BASE_URL"}),
    frozenset({"VITE_API_URL", "VITE_BACKEND_URL", "VITE_API_BASE_URL", "VITE_BASE_URL"}),
    frozenset({"REDIS_URL", "REDIS_URI", "REDIS_HOST_URL"}),
)
"""Names that people use for the same thing."""
_CODE = (".py", ".js", ".ts", ".tsx", ".jsx", ".mjs", ".cjs", ".sh", ".vue", ".svelte", ".toml", ".ini", ".conf")
_USED = re.compile(
    r"[\"'`]([A-Z][A-Z0-9_]{2,60})[\"'`]|\benv\.([A-Z][A-Z0-9_]{2,60})|\$\{?([A-Z][A-Z0-9_]{2,60})"
    r"|^[ \t]+([A-Za-z_]\w{2,60})[ \t]*:",
    re.MULTILINE,
)
MAX_EDITS = 2
MIN_LENGTH = 6


@dataclass(frozen=True)
class Mismatch:
    """One thing under two names."""

    read: NameRead
    sets: tuple[NameSet, ...]
    """The places of the other name, manifests first."""
    how: str
    """`typo`, `suffix` or `family`."""

    @property
    def is_in_manifest(self) -> bool:
        """Whether the other name reaches a platform."""
        return self.sets[0].where in MANIFESTS


def mismatches(project: "Project") -> Iterator[Mismatch]:
    """Yield each name that code reads and nothing sets, where something very like it is set and never read."""
    read = {one.name.upper() for one in project.names.reads}
    set_names = {one.name.upper() for one in project.names.sets}
    used = words_used(project)
    idle = [one for one in project.names.sets if one.name.upper() not in read | used and not is_given(one.name.upper())]
    taken: set[str] = set()
    for one in project.names.reads:
        name = one.name.upper()
        if name in set_names or name in taken or is_given(name):
            continue
        taken.add(name)
        near = sorted((how, other.name) for other in idle if (how := likeness(name, other.name.upper())))
        if near:
            how, chosen = near[0]
            places = [other for other in idle if other.name == chosen]
            places.sort(key=lambda place: (place.where not in MANIFESTS, place.span.place))
            yield Mismatch(one, tuple(places), how.partition(" ")[2])


def words_used(project: "Project") -> frozenset[str]:
    """Return the names that code mentions in any way that could read them, upper case."""
    found: set[str] = set()
    for file in project.code.files.values():
        is_code = file.name.endswith(_CODE) or "dockerfile" in file.name.lower() or "compose" in file.name
        if is_code and not is_aside(file.path) and not is_example_of_environment(file):
            found.update(word.upper() for each in _USED.findall(file.text) for word in each if word)
    return frozenset(found)


def likeness(name: str, other: str) -> str | None:
    """Return how alike two names are, the closest kind first by order (`0 typo`); None when they are not."""
    if name == other:
        return None
    if min(len(name), len(other)) >= MIN_LENGTH and n_edits(name, other, MAX_EDITS) <= _allowed(name):
        return "0 typo"
    short, long = sorted((name.split("_"), other.split("_")), key=len)
    if len(short) > 1 and len(long) - len(short) == 1 and _is_within(short, long):
        return "1 suffix"
    return "2 family" if any(name in family and other in family for family in FAMILIES) else None


def _allowed(name: str) -> int:
    """Return how many letters two names may differ in; one in short names, where two make another word."""
    return MAX_EDITS if len(name) >= 10 else 1


def _is_within(short: list[str], long: list[str]) -> bool:
    """Say whether the parts of one name stand in another in their order."""
    rest = iter(long)
    return all(part in rest for part in short)


def n_edits(one: str, other: str, limit: int) -> int:
    """Return the edit distance of two words, or more than the limit when it is larger."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]
