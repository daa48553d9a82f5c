"""HF004: EXPOSE names another port than the process listens on."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.changes import present, replaced
from modelyard.deploy.finding import Fix, FixKind, Platform, Severity
from modelyard.deploy.project.images import images_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said


class HF004(Rule):
    """EXPOSE names another port than the process listens on.

    **What it does.** Compares the ports of EXPOSE in the last stage with the one the process binds to.

    **Why it matters.** On Spaces and Render EXPOSE is documentation only, but people read it, and so do tools that
    publish what is exposed (`docker run -P`, compose).

    **How to fix.** Write the real port, or remove the line.

    **Limits.** Silent when the port is not known, or when the image exposes several and one of them is right.
    """

    kind: Literal["HF004"] = "HF004"
    title: ClassVar[str] = "EXPOSE disagrees with the port"
    group: ClassVar[str] = "Spaces"
    icon: ClassVar[str] = "box"
    severity: ClassVar[Severity] = "info"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf",)
    fix_kind: ClassVar[FixKind] = "safe"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield what each image exposes."""
        for image in images_of(project):
            entry = image.first.entry
            exposed = list(image.dockerfile.last.every("EXPOSE"))
            if entry is None or entry.port is None or not exposed or "hf" not in image.platforms:
                continue
            ports = {word.partition("/")[0] for one in exposed for word in one.expanded}
            if str(entry.port) in ports:
                yield self.passed(exposed[0].span, f"EXPOSE {entry.port}")
            elif len(ports) == 1 and (port := next(iter(ports))).isdecimal():
                edit = replaced(image.dockerfile.file, exposed[0].span.line, port, str(entry.port))
                yield self.finding(
                    [exposed[0].span, entry.spans[0]],
                    f"EXPOSE says {port}; the process listens on {entry.port}.",
                    fix=Fix(kind="safe", text=f"Write EXPOSE {entry.port}.", edits=present(edit)),
                )
