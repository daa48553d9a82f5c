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
OF_PREFIX = "1 prefix"
"""The name stands in the code, as the field that its class puts a prefix before."""
NEUTRAL = frozenset(
    {"STR", "STRING", "LIST", "URL", "URI", "BASE", "KEY", "NAME", "VALUE", "APP", "API", "PROD", "PRODUCTION"}
    | {"ALLOWED", "BACKEND", "FRONTEND", "HOST", "ADDRESS", "ENV", "DEFAULT", "SERVER"}
)
"""Parts of a name that do not make it another thing."""
LIBRARIES = re.compile(
    r"(?:OPENAI|ANTHROPIC|GROQ|COHERE|GOOGLE|GEMINI|MISTRAL|TAVILY|DEEPSEEK|TOGETHER|FIREWORKS|VOYAGE|PINECONE|REPLICATE)"
    r"_API_(?:KEY|TOKEN)|HF_\w+|HUGGINGFACEHUB_API_TOKEN|TRANSFORMERS_\w+|LANGCHAIN_\w+|LANGSMITH_\w+|AWS_\w+"
    r"|GOOGLE_APPLICATION_CREDENTIALS|SENTRY_\w+|(?:PYTHON|NODE|POETRY|UV|RUBY)_VERSION|FLASK_\w+|UVICORN_\w+|GUNICORN_\w+"
    r"|PIP_\w+|UV_\w+|STREAMLIT_\w+|GRADIO_\w+|NPM_\w+|YARN_\w+|NEXT_TELEMETRY_DISABLED|PYTHON\w+|PG\w{4,}"
)
"""Names that packages and tools read themselves."""


@dataclass(frozen=True)
class Mismatch:
    """One thing under two names."""

    read: NameRead
    sets: tuple[NameSet, ...]
    """The places of the other name, manifests first."""
    how: str
    """`typo`, `suffix`, `prefix` (of its settings class, which is left out) or `family`."""

    @property
    def is_in_manifest(self) -> bool:
        """Whether the other name reaches a platform."""
        return self.sets[0].where in MANIFESTS


def mismatches(project: "Project") -> Iterator[Mismatch]:
    """Yield each name that code reads and nothing sets, where something very like it is set and never read."""
    read = {one.name.upper() for one in project.names.reads}
    set_names = {one.name.upper() for one in project.names.sets}
    idle = [one for one in project.names.sets if _is_idle(one.name.upper(), read)]
    taken: set[str] = set()
    prefixes = {prefix.upper() for prefix in project.python.prefixes if prefix}
    for one in project.names.reads:
        name = one.name.upper()
        if name in set_names or name in taken or is_given(name):
            continue
        taken.add(name)
        near = [(how, other) for other in idle if (how := likeness(name, other.name.upper()))]
        near = near or [
            (OF_PREFIX, other) for other in idle if any(name == f"{each}{other.name.upper()}" for each in prefixes)
        ]
        if near:
            yield from _told(project, one, near)


def _told(project: "Project", read: NameRead, near: list[tuple[str, NameSet]]) -> Iterator[Mismatch]:
    """Yield the mismatch with the nearest name that no code mentions."""
    used = words_used(project)
    left = [(how, other) for how, other in near if how == OF_PREFIX or other.name.upper() not in used]
    if not left:
        return
    how, chosen = min(left, key=lambda pair: (pair[0], pair[1].name))
    places = [other for _, other in left if other.name == chosen.name]
    places.sort(key=lambda place: (place.where not in MANIFESTS, place.span.place))
    yield Mismatch(read, tuple(places), how.partition(" ")[2])


def _is_idle(name: str, read: set[str] | frozenset[str]) -> bool:
    """Say whether nothing is known to read a name."""
    return name not in read and not is_given(name) and LIBRARIES.fullmatch(name) is None


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
    short, long = sorted((name.split("_"), other.split("_")), key=len)
    if name.replace("_", "") == other.replace("_", "") or _is_mistyped(short, long):
        return "0 typo"
    if len(short) > 1 and len(long) - len(short) == 1 and _is_within(short, long):
        added = [part for part in long if part not in short]
        if not added or added[0] in NEUTRAL:
            return "1 suffix"
    return "2 family" if any(name in family and other in family for family in FAMILIES) else None


def _is_mistyped(one: list[str], other: list[str]) -> bool:
    """Say whether two names differ in one part, and there by letters that are soon mistyped; `API` and `APP` do not."""
    if len(one) != len(other) or len(one) < 2:
        return False
    apart = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    if len(apart) != 1:
        return False
    a, b = sorted(apart[0], key=len)
    if {a, b} == {"URI", "URL"}:
        return True
    if len(a) == len(b) and len(a) < 4:
        return False
    return len(b) >= 3 and n_edits(a, b, MAX_EDITS) <= (MAX_EDITS if len(a) >= 7 else 1)


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
