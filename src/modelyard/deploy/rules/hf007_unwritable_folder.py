"""HF007: the program writes where user 1000 may not."""

import posixpath
from collections.abc import Iterator
from itertools import groupby
from typing import ClassVar, Literal

from modelyard.deploy.code.changes import inserted
from modelyard.deploy.finding import Edit, Fix, FixKind, Platform, Severity
from modelyard.deploy.project.images import Image, images_of
from modelyard.deploy.project.owning import Ownership
from modelyard.deploy.project.project import Project
from modelyard.deploy.project.unwritable import Unwritable, unwritable_writes
from modelyard.deploy.rule import Rule, Said


class HF007(Rule):
    """The program writes where user 1000 may not.

    **What it does.** Finds live calls that make folders or write files (`open`, `mkdir`, `to_csv`, SQLite, vector
    stores, log files), folds their paths, and looks in the Dockerfile for a `chown`, `chmod` or `--chown` that covers
    them. Functions that nothing reaches from the command do not count.

    **Why it matters.** A Space runs the container as user 1000. A folder that `WORKDIR` or `COPY` made belongs to root:
    the write raises PermissionError, at start or with the first request that needs it.

    **How to fix.** Write below `/tmp` or the user's home, or give the folder to user 1000 in the image. What must
    outlive a restart belongs in a database or a bucket.

    **Limits.** Paths that only the environment knows are judged by their default. A write whose failure the function
    catches is left out.
    """

    kind: Literal["HF007"] = "HF007"
    title: ClassVar[str] = "Write where user 1000 may not"
    group: ClassVar[str] = "Spaces"
    icon: ClassVar[str] = "box"
    severity: ClassVar[Severity] = "error"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf",)
    fix_kind: ClassVar[FixKind] = "suggested"
    facts: ClassVar[tuple[str, ...]] = ("hf_user_id",)

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding for each image and file, with every write in it that would fail."""
        for image in images_of(project):
            found = sorted(unwritable_writes(project, image), key=_order)
            for _, group in groupby(found, key=lambda one: one.write.call.span.file):
                yield self._finding(project, image, list(group))

    def _finding(self, project: Project, image: Image, found: list[Unwritable]) -> Said:
        first = found[0].write.call
        paths = list(dict.fromkeys(one.path for one in found))
        more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
        edits = _edits(image, paths)
        return self.finding(
            [*dict.fromkeys(one.write.call.span for one in found)],
            f"User 1000 may not write to {', '.join(paths[:3])}{more}: the folder belongs to root in the image.",
            severity="error" if image.first.is_declared else "warning",
            confidence=0.9 if image.first.is_declared else 0.7,
            chain=project.python.chain(first.module, first.node),
            fix=Fix(
                kind="suggested" if edits else "none",
                text="Give the folder to user 1000 in the Dockerfile, or write below /tmp or the home of the user.",
                edits=edits,
            ),
        )


def _order(one: Unwritable) -> tuple[str, int]:
    span = one.write.call.span
    return span.file, span.line


def _edits(image: Image, paths: list[str]) -> tuple[Edit, ...]:
    """Return the edit that makes the folders and gives them away, while the build is still root's."""
    stage = image.dockerfile.last
    owning = Ownership(image.dockerfile)
    later = [one for one in stage.instructions if one.name in ("CMD", "ENTRYPOINT", "USER")]
    copies = [one for one in stage.instructions if one.name in ("COPY", "ADD")]
    if not later or stage.before is not None or (copies and copies[-1].span.line > later[0].span.line):
        return ()
    folders = sorted({path if not posixpath.splitext(path)[1] else posixpath.dirname(path) for path in paths})
    kept = [one for one in folders if one != "/" and not any(one.startswith(f"{other}/") for other in folders)]
    kept = [one for one in kept if not owning.may_write(one)]
    if not kept:
        return ()
    named = " ".join(kept)
    text = f"RUN mkdir -p {named} && chown -R 1000:1000 {named}"
    return (inserted(image.dockerfile.file, later[0].span.line, text),)
