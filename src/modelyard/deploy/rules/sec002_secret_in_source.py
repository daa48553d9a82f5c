"""SEC002: a secret stands in the source."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from modelyard.deploy.code.aside import is_aside
from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.code.masking import shown, without
from modelyard.deploy.code.secrets import MIN_RANDOM, is_placeholder, is_random, is_secret_name, secrets_in
from modelyard.deploy.finding import Edit, Fix, FixKind, Severity, Span
from modelyard.deploy.project.literals import NamedText, named_texts
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said
from modelyard.deploy.rules.sec001_tracked_env_file import ENV_FILE

OTHERS = re.compile(
    r"(?:render\.ya?ml|(?:.*\.)?dockerfile(?:\..*)?|.*\.lock|(?:package|npm|pnpm)-lock\.(?:json|yaml))", re.I
)
"""Files that other rules read for secrets, or that tools write."""
DATA = (
    ".csv",
    ".tsv",
    ".svg",
    ".map",
    ".min.js",
    ".min.css",
    ".jsonl",
    ".parquet",
    ".ipynb_checkpoints",
    ".lock",
    ".sum",
)
WEB = (".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".vue", ".svelte")
TESTS = re.compile(
    r"(?:^|/)(?:tests?|__tests__|testing|fixtures|testdata|mocks?|__mocks__)/|(?:^|/)(?:test_[^/]*|conftest)\.py$"
)
GIVEN = re.compile(
    r"(?P<name>[A-Za-z_][\w\-]{2,60})[\"']?\s*(?::\s*string\s*)?(?:=|:|\|\||\?\?)\s*[\"'`](?P<value>[^\s\"'`]{16,200})[\"'`]"
)
QUOTED = re.compile(r"[\"'`][^\s\"'`]{16}")
"""Where a text that could be random begins: most lines hold none."""
MAX_LINE = 2_000
LOGINS = ("smtplib.SMTP.login", "smtplib.SMTP_SSL.login")
OF_MAIL = re.compile(r"^\s*(?:from\s+smtplib\b|import\b.*\bsmtplib\b)", re.MULTILINE)
"""Modules that send mail by themselves: only there a login is looked for."""


@dataclass(frozen=True)
class Leak:
    """One secret in one place."""

    value: str
    what: str
    span: Span
    confidence: float
    text: NamedText | None = None
    is_unlike_words: bool = True
    """Whether finding its letters elsewhere means that it stands there too."""


class SEC002(Rule):
    """A secret stands in the source.

    **What it does.** Looks through every tracked text for keys that are known by their prefix, for private keys and for
    URLs with a password, and through live Python and front-end sources for random values given to a secret's name; the
    default of `os.getenv` counts.

    **Why it matters.** Whoever can read the repository, its history or the built page can use the key, at your cost and
    in your name.

    **How to fix.** Read the value from the environment without a default, set it as a secret on the platform, and
    rotate it: the old one stays in the history of git.

    **Limits.** Placeholders, addresses of local databases and keys made to be public are left out. Tests are not read.
    """

    kind: Literal["SEC002"] = "SEC002"
    title: ClassVar[str] = "Secret in the source"
    group: ClassVar[str] = "Security"
    icon: ClassVar[str] = "key"
    severity: ClassVar[Severity] = "critical"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding for each secret, with every place it stands in."""
        found: dict[str, list[Leak]] = {}
        for leak in (*_by_name(project), *_by_shape(project), *_by_use(project)):
            found.setdefault(leak.value, []).append(leak)
        for value, leaks in found.items():
            yield self._finding(project, value, leaks)

    def _finding(self, project: Project, value: str, leaks: list[Leak]) -> Said:
        best = max(leaks, key=lambda one: one.confidence)
        places = sorted({(one.span.file, one.span.line): one.span for one in leaks}.values(), key=lambda s: s.place)
        if best.is_unlike_words:
            places += _elsewhere(project, value, {place.place for place in places})
        edits = tuple(edit for one in leaks if one.text is not None and (edit := _edit(one.text)) is not None)
        return self.finding(
            [without(place, value) for place in places],
            f"A secret stands in the source ({best.what}): {shown(value)}",
            confidence=best.confidence,
            fix=Fix(
                kind="suggested" if edits else "none",
                text="Read it from the environment, without a default, and set it as a secret on the platform.",
                edits=edits,
                by_person=(f"Rotate the {best.what} {shown(value)}: it stays in the history of git.",),
            ),
        )


def _elsewhere(project: Project, value: str, known: set[str]) -> list[Span]:
    """Return the other lines of tracked texts that hold a secret which one place gave away, one for each file."""
    found: list[Span] = []
    for file in project.code.files.values():
        if file.is_tracked and not ENV_FILE.fullmatch(file.name.lower()) and (start := file.text.find(value)) >= 0:
            span = file.span(file.line_at(start))
            if span.place not in known:
                found.append(span)
    return sorted(found, key=lambda one: one.place)


def _by_shape(project: Project) -> Iterator[Leak]:
    for file in project.code.files.values():
        name = file.name.lower()
        if not file.is_tracked or OTHERS.fullmatch(name) or name.endswith(DATA) or ENV_FILE.fullmatch(name):
            continue
        if TESTS.search(file.path):
            continue
        for one in secrets_in(file.text):
            yield Leak(
                one.value, one.what, file.span(file.line_at(one.start)), 0.95 if not is_aside(file.path) else 0.85
            )


def _by_name(project: Project) -> Iterator[Leak]:
    for text in named_texts(project):
        if is_secret_name(text.name) and is_random(text.value) and "://" not in text.value:
            yield Leak(text.value, text.name, text.module.span(text.node), 0.85, text)
    for app in project.web.apps:
        for file in app.sources:
            yield from _in_source(file)


def _by_use(project: Project) -> Iterator[Leak]:
    """Yield the written passwords that mail servers are given: what they are made of says nothing."""
    modules = [one for one in project.python.modules if OF_MAIL.search(one.file.text)]
    for call in (call for module in modules for call in project.python.calls_of(module) if call.name in LOGINS):
        path, password = call.module.file.path, call.argument(1, "password")
        if password is None or TESTS.search(path) or is_aside(path):
            continue
        for one in project.python.possible(password, call.module):
            if one.is_whole and one.text and not is_placeholder(one.text):
                span = one.places[0] if one.places else call.span
                is_long = len(one.text) >= MIN_RANDOM
                yield Leak(one.text, "password of a mail account", span, 0.9, is_unlike_words=is_long)


def _in_source(file: SourceFile) -> Iterator[Leak]:
    """Yield what a front-end source gives to a secret's name."""
    numbers = {file.line_at(found.start()): None for found in QUOTED.finditer(file.text)}
    for number in numbers:
        line = file.lines[number - 1]
        if len(line) > MAX_LINE or line.lstrip().startswith(("//", "*", "/*")):
            continue
        for found in GIVEN.finditer(line):
            if is_secret_name(found["name"]) and is_random(found["value"]) and "://" not in found["value"]:
                yield Leak(found["value"], found["name"], file.span(number), 0.8)


def _edit(text: NamedText) -> Edit | None:
    """Return the edit of a read with a default (`os.getenv(NAME, …)`) into one without."""
    if text.read is None:
        return None
    call = text.read.node
    module = text.module
    source = module.source(call)
    if not re.fullmatch(r"os\.(?:getenv|environ\.get)\(.*\)", source, re.DOTALL):
        return None
    start, end = module.extent(call)
    return Edit(file=module.file.path, start=start, end=end, text=f'os.environ["{text.read.name}"]')
