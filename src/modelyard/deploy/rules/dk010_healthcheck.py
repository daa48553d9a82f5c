"""DK010: HEALTHCHECK is missing, or cannot work."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal
from urllib.parse import urlsplit

from modelyard.deploy.code.changes import line_replaced
from modelyard.deploy.code.docker import Instruction
from modelyard.deploy.finding import Edit, Fix, FixKind, Platform, Severity
from modelyard.deploy.project.images import Image, images_of
from modelyard.deploy.project.owning import commands_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

ADDRESS = re.compile(r"https?://[^\s\"'|;)]+")
LOCAL = ("localhost", "127.0.0.1", "0.0.0.0", "::1")  # noqa: S104 - addresses that a health check asks
WITH_CURL = re.compile(r"^(?:python|node):(?![\w.-]*(?:slim|alpine))|buildpack-deps|^(?:curlimages)/")


class DK010(Rule):
    """HEALTHCHECK is missing, or cannot work.

    **What it does.** Looks whether the program that HEALTHCHECK runs is in the image (`curl` is not in `-slim`), and
    whether it asks the port the process listens on and a path that a route answers.

    **Why it matters.** A check that always fails makes Docker and compose restart or hide a healthy container. Spaces
    ignore HEALTHCHECK and Render uses `healthCheckPath`, so a missing one matters only elsewhere.

    **How to fix.** Ask with Python itself: `python -c "import urllib.request as r;
    r.urlopen('http://127.0.0.1:7860/health')"`.

    **Limits.** Paths are compared with the routes that are found; a mounted application may answer others.
    """

    kind: Literal["DK010"] = "DK010"
    title: ClassVar[str] = "HEALTHCHECK missing or cannot work"
    group: ClassVar[str] = "Containers and packages"
    icon: ClassVar[str] = "box"
    severity: ClassVar[Severity] = "warning"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf", "render")
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield the HEALTHCHECK of each image."""
        for image in images_of(project):
            checks = list(image.dockerfile.last.every("HEALTHCHECK"))
            if not checks:
                yield self.finding(
                    image.dockerfile.last.span,
                    "The image has no HEALTHCHECK; Spaces and Render do without, compose and others do not.",
                    severity="info",
                    platforms=image.platforms,
                    fix=Fix(text="Add one that asks the health route with Python's urllib."),
                )
                continue
            if checks[-1].words[:1] == ("NONE",):
                continue
            fault = _fault(project, image, checks[-1])
            if fault:
                yield self._finding(image, checks[-1], fault)
            else:
                yield self.passed(checks[-1].span, "the HEALTHCHECK can work")

    def _finding(self, image: Image, check: Instruction, fault: str) -> Said:
        edits = _edits(image, check)
        return self.finding(
            check.span,
            f"The HEALTHCHECK can never pass: {fault}.",
            confidence=0.85,
            platforms=image.platforms,
            fix=Fix(
                kind="suggested" if edits else "none",
                text="Ask the port the process listens on with Python's urllib.",
                edits=edits,
            ),
        )


def _command(check: Instruction) -> str:
    return " ".join(check.words[1:] if check.words[:1] == ("CMD",) else check.words)


def _fault(project: Project, image: Image, check: Instruction) -> str:
    """Return why a check always fails; `""` when nothing says so."""
    text = _command(check)
    for program in ("curl", "wget"):
        if re.search(rf"(?:^|[\s;|&\"']){program}\b", text) and not _has(image, program):
            return f"{program} is not in {image.dockerfile.last.image}"
    found = ADDRESS.search(text)
    entry = image.first.entry
    if found is None or entry is None or "$" in found[0]:
        return ""
    try:
        parts = urlsplit(found[0])
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return ""
    if parts.hostname not in LOCAL:
        return ""
    if entry.port is not None and entry.port_from is None and port != entry.port:
        return f"it asks port {port}, the process listens on {entry.port}"
    paths = {route.path.rstrip("/") or "/" for route in project.python.routes if route.method == "GET"}
    path = parts.path.rstrip("/") or "/"
    builtin = ("/docs", "/openapi.json", "/redoc")
    is_known = path in paths or path in builtin or any("{" in one for one in paths)
    if paths and not is_known and entry.server in ("uvicorn", "gunicorn") and not _mounts(project):
        return f"no route answers GET {path}"
    return ""


def _mounts(project: Project) -> bool:
    return any(True for _ in project.python.calls(".mount", ".register_blueprint"))


def _has(image: Image, program: str) -> bool:
    """Say whether a program is in the image: the base brings it, or a RUN installs it."""
    base = image.dockerfile.last.image
    if program == "wget" and "alpine" in base:
        return True
    if WITH_CURL.search(base.rpartition("/")[2] if base.startswith("docker.io/") else base):
        return True
    if not re.search(r"(?:^|/)(?:python|node|debian|ubuntu|alpine)(?::|$)", base):
        return True
    return any(
        program in command.words
        for run in image.dockerfile.last.every("RUN")
        for command in commands_of(run)
        if command.program in ("apt-get", "apt", "apk", "install")
    )


def _edits(image: Image, check: Instruction) -> tuple[Edit, ...]:
    """Return the edit that asks with Python, on the port that is listened on."""
    entry = image.first.entry
    found = ADDRESS.search(_command(check))
    if entry is None or entry.port is None or found is None or "python" not in image.dockerfile.last.image:
        return ()
    if check.span.line != check.span.end_line:
        return ()
    path = urlsplit(found[0]).path or "/"
    file = image.dockerfile.file
    head = file.lines[check.span.line - 1].partition("CMD")[0]
    ask = f"import urllib.request as r; r.urlopen('http://127.0.0.1:{entry.port}{path}', timeout=5)"
    return (line_replaced(file, check.span.line, f'{head}CMD ["python", "-c", "{ask}"]'),)
