"""Names of the environment across all tiers: who reads them, and who sets them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from modelyard.deploy.code.masking import masked
from modelyard.deploy.code.secrets import PUBLIC_NAME, is_placeholder, is_secret_name, is_signing_name, secrets_in
from modelyard.deploy.finding import EnvironmentName, Platform
from modelyard.deploy.project.deployable import Deployable
from modelyard.deploy.project.named import NameRead, NameSet
from modelyard.deploy.project.naming import names_set

if TYPE_CHECKING:
    from modelyard.deploy.project.project import Project

ONLY_BUILT = ("vite", "cra", "docusaurus", "gatsby")
"""Frameworks without a server: whatever they read, they read when the pages are built."""
SWITCHES = re.compile(r"(?:APP_)?ENV(?:IRONMENT)?|DEBUG")
"""Names whose example is for one's own machine wherever it is shown."""
GIVEN = frozenset(
    {
        "PORT",
        "HOME",
        "PATH",
        "USER",
        "PWD",
        "SHELL",
        "LANG",
        "TZ",
        "TMPDIR",
        "TEMP",
        "TMP",
        "HOSTNAME",
        "CI",
        "NODE_ENV",
    }
    | {
        "PYTHONPATH",
        "PYTHONUNBUFFERED",
        "VIRTUAL_ENV",
        "SPACE_ID",
        "SPACE_HOST",
        "SPACE_AUTHOR_NAME",
        "SPACE_REPO_NAME",
    }
    | {"CPU_CORES", "MEMORY", "ACCELERATOR", "SYSTEM", "RENDER", "VERCEL", "VERCEL_ENV", "VERCEL_URL", "VERCEL_REGION"}
    | {"VERCEL_BRANCH_URL", "VERCEL_PROJECT_PRODUCTION_URL", "NEXT_RUNTIME", "NEXT_PHASE", "XDG_CACHE_HOME", "APPDATA"}
    | {
        "LOCALAPPDATA",
        "WEB_CONCURRENCY",
        "OMP_NUM_THREADS",
        "TOKENIZERS_PARALLELISM",
        "CUDA_VISIBLE_DEVICES",
        "COLUMNS",
    }
)
"""Names that the platforms, the system or the tools set themselves."""
GIVEN_BEGINNINGS = ("RENDER_", "GITHUB_", "VERCEL_GIT_", "npm_", "PYTEST_")
EXAMPLES: tuple[tuple[str, str], ...] = (
    (r"(?:DATABASE|DB|POSTGRES\w*|NEON)_(?:URL|URI|DSN)", "postgresql+psycopg://USER:PASSWORD@HOST/DB?sslmode=require"),
    (r"REDIS_(?:URL|URI)", "rediss://default:PASSWORD@HOST:6379"),
    (r"QDRANT_URL", "https://CLUSTER.cloud.qdrant.io"),
    (r"(?:HF|HUGGING\w*)_\w*TOKEN|HF_TOKEN", "hf_…"),
    (r"(?:CORS|ALLOWED)_?\w*ORIGINS?\w*|FRONTEND_(?:URL|ORIGIN)", "https://PROJECT.vercel.app"),
    (r"\w*(?:API|BACKEND|SERVER)_(?:BASE_)?(?:URL|URI|BASE|HOST)\w*", "https://OWNER-SPACE.hf.space"),
    (r"ENVIRONMENT|APP_ENV|ENV", "production"),
    (r"DEBUG", "false"),
    (r"LOG_LEVEL", "INFO"),
    (r"\w+_(?:API_)?(?:KEY|TOKEN)", "from the provider's console"),
)


@dataclass(frozen=True)
class Names:
    """All names of a project."""

    reads: tuple[NameRead, ...]
    sets: tuple[NameSet, ...]
    listed: tuple[EnvironmentName, ...]
    """The checklist of the report."""


def names_of(project: "Project") -> Names:
    """Return the names that a project's code reads and its manifests set."""
    reads = (*_python_reads(project), *_web_reads(project))
    sets = tuple(names_set(project))
    return Names(reads, sets, tuple(_listed(project, reads, sets)))


def is_given(name: str) -> bool:
    """Say whether a platform, the system or a tool sets a name itself."""
    return name in GIVEN or name.startswith(GIVEN_BEGINNINGS)


def _python_reads(project: "Project") -> Iterator[NameRead]:
    anywhere = _platforms(project, ("docker", "gradio", "streamlit", "python", "functions"))
    for one in project.python.environment:
        platforms = tuple(dict.fromkeys(its.platform for its in project.running(one.span.file))) or anywhere
        folded = project.python.fold(one.default, one.module) if one.default is not None else None
        default = None if folded is None or folded.value is None else str(folded.value)
        yield NameRead(one.name, one.is_required, False, default, one.span, platforms)


def _web_reads(project: "Project") -> Iterator[NameRead]:
    everywhere = _platforms(project, ("static", "node", "functions"))
    for one in project.web.reads:
        if getattr(one, "where", "process") == "custom":
            continue
        platforms = tuple(
            dict.fromkeys(d.platform for d in project.deployables if d.root == one.app.root and _builds_pages(d))
        )
        is_build = PUBLIC_NAME.match(one.name) is not None or one.app.framework in ONLY_BUILT
        required = one.default is None and is_build
        yield NameRead(one.name, required, is_build, one.default, one.span, platforms or everywhere)


def _builds_pages(one: Deployable) -> bool:
    return one.shape in ("static", "node", "functions")


def _platforms(project: "Project", shapes: tuple[str, ...]) -> tuple[Platform, ...]:
    return tuple(dict.fromkeys(one.platform for one in project.deployables if one.shape in shapes))


def _listed(project: "Project", reads: tuple[NameRead, ...], sets: tuple[NameSet, ...]) -> Iterator[EnvironmentName]:
    """Yield one line for each name and platform, the required ones first."""
    found: dict[tuple[Platform, str], EnvironmentName] = {}
    for read in reads:
        for platform in read.platforms:
            known = found.get((platform, read.name))
            if is_given(read.name) or (known is not None and (known.required or not read.is_required)):
                continue
            found[platform, read.name] = EnvironmentName(
                name=read.name,
                kind=_kind(read),
                platform=platform,
                required=read.is_required,
                found_at=read.span.place,
                example=_example(read, sets),
                owner=_owner(project, platform, read),
            )
    yield from sorted(found.values(), key=lambda one: (one.platform, not one.required, one.name))


def _kind(read: NameRead) -> Literal["secret", "variable", "build"]:
    if read.is_build:
        return "build"
    return "secret" if is_secret_name(read.name) else "variable"


def _example(read: NameRead, sets: tuple[NameSet, ...]) -> str:
    """Return what to set: as the project shows it where that is no secret, else what such a name usually takes."""
    if is_signing_name(read.name):
        return "openssl rand -hex 32"
    is_switch = SWITCHES.fullmatch(read.name.upper()) is not None
    shown = [one.value for one in sets if one.name.upper() == read.name.upper() and one.value and not is_switch]
    for value in shown:
        is_open = not is_secret_name(read.name) or is_placeholder(value)
        if is_open and not any(secrets_in(value)) and "localhost" not in value and "127.0.0.1" not in value:
            return masked(value)
    usual = next((text for pattern, text in EXAMPLES if re.fullmatch(pattern, read.name.upper())), "")
    if usual or is_secret_name(read.name):
        return usual
    return masked(read.default or "")


def _owner(project: "Project", platform: Platform, read: NameRead) -> str:
    """Return the deployable that runs the place of the read, else the one whose folder holds it, else the first."""
    running = next((one for one in project.running(read.span.file) if one.platform == platform), None)
    if running is not None:
        return running.name
    here = [one for one in project.on(platform) if one.shape != "static" or read.is_build]
    inside = [one for one in here if not one.root or read.span.file.startswith(f"{one.root}/")]
    best = max(inside or here, key=lambda one: len(one.root), default=None)
    return best.name if best else ""
