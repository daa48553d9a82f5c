"""What an audit says: findings, passes, names of the environment, a verdict per platform."""

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

Severity = Literal["critical", "error", "warning", "info"]
"""`critical` loses data or leaks, `error` does not work on that platform, `warning` works badly."""
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""The gravest first."""
Platform = Literal["hf", "vercel", "render"]
PLATFORMS: tuple[Platform, ...] = get_args(Platform)
Verdict = Literal["ready", "changes", "blocked"]
"""`ready`: nothing at error or above; `changes`: possible once they are mended; `blocked`: not on this tier."""
FixKind = Literal["safe", "suggested", "none"]
"""`safe` edits keep the meaning and need no decision; `suggested` ones need a person's eye."""


class Said(BaseModel):
    """Base of the parts of a report."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Span(Said):
    """Lines of a file that show something."""

    file: str
    """Relative to the audited folder, with forward slashes."""
    line: int = Field(default=1, ge=1)
    end_line: int = Field(default=1, ge=1)
    text: str = ""
    """The first line, secrets masked, at most 200 characters."""

    @property
    def place(self) -> str:
        """`file:line`, as terminals and editors link it."""
        return f"{self.file}:{self.line}"


class Edit(Said):
    """One change to a file: the characters `[start, end)` of its decoded text become `text`."""

    file: str
    start: int = Field(default=0, ge=0)
    end: int = Field(default=0, ge=0)
    text: str
    creates: bool = False
    """The file does not exist yet; `text` is all of it."""


class Fix(Said):
    """How a finding is mended."""

    kind: FixKind = "none"
    text: str
    """What to do, in a sentence or two."""
    edits: tuple[Edit, ...] = ()
    """Empty when only a person can do it."""
    by_person: tuple[str, ...] = ()
    """What remains to be done by a person after the edits: rotate this key, decide that."""


class Finding(Said):
    """One fault: what it is, where it shows, and how it is mended. Spans with the same cause are one finding."""

    rule: str
    severity: Severity
    confidence: float = Field(ge=0, le=1)
    file: str
    line: int
    end_line: int
    message: str
    evidence: tuple[Span, ...]
    """At least one: the place of the finding first."""
    chain: tuple[str, ...] = ()
    """How it is reached from what starts: `Dockerfile:27 CMD`, `app/main.py:52 app`, …"""
    fix: Fix
    platforms: tuple[Platform, ...]
    """Whose verdict it weighs on."""
    blocks: bool = False
    """No change to the code makes it work on the free tier of these platforms."""
    fact: str = ""
    """The dated fact it rests on, with its age when that is too old."""


class Pass(Said):
    """Something that was looked at and is right, with its evidence."""

    rule: str
    file: str
    line: int
    message: str


class Skipped(Said):
    """A rule, or a file, that was not looked at, and why."""

    rule: str
    why: str


class EnvironmentName(Said):
    """One name the code reads from its environment, and where it is to be set."""

    name: str
    kind: Literal["secret", "variable", "build"]
    platform: Platform
    required: bool
    found_at: str
    """`file:line` where it is read."""
    example: str = ""
    owner: str = ""
    """Which deployable reads it, as the report calls it."""


class PlatformReport(Said):
    """What one platform would make of the code base."""

    verdict: Verdict
    n_critical: int = 0
    n_error: int = 0
    n_warning: int = 0
    n_info: int = 0
    deployables: tuple[str, ...] = ()
    """What would live there: `app (Dockerfile, port 7860)`."""
    reasons: tuple[str, ...] = ()
    """Why it is blocked, or what must change first."""


class Deployed(Said):
    """One thing that would really be deployed, as reports tell it."""

    platform: Platform
    name: str
    shape: str
    """`docker`, `gradio`, `static`, `python`, `node`, `functions`, …"""
    root: str
    """The folder that is uploaded or built; empty for the top."""
    is_declared: bool
    """Whether the code base says that it goes there; otherwise it only could."""
    manifest: str = ""
    """`file:line` of what declares it."""
    command: str = ""
    """The program that listens, secrets masked."""
    chain: tuple[str, ...] = ()
    """How the command is reached: `Dockerfile:27 CMD`, `entrypoint.sh:9 exec`."""
    module: str = ""
    """The file that holds the application."""
    port: int | None = None
    port_from: str = ""
    """The name of the environment that the port comes from."""
    runs_migrations: bool = False
    """Whether migrations run before it starts."""


class ProjectReport(Said):
    """What was audited."""

    name: str
    n_files: int = 0
    n_left_out: int = 0
    """Entries of folders that others or tools made, which were not read."""
    is_git: bool = False
    """Whether git's index told what is tracked."""
    deployables: tuple[Deployed, ...] = ()
    n_rules: int = 0
    n_ignored: int = 0
    """Findings left out by a comment or a setting of the audited project; `skipped` names each."""
    n_known: int = 0
    """Findings left out because the baseline has them."""


class Report(Said):
    """One audit. Its JSON is read by other tools: names in it stay."""

    schema_version: Literal[1] = Field(default=1, serialization_alias="schema", validation_alias="schema")
    project: ProjectReport
    platforms: dict[Platform, PlatformReport]
    findings: tuple[Finding, ...]
    passes: tuple[Pass, ...]
    skipped: tuple[Skipped, ...]
    environment: tuple[EnvironmentName, ...]
