"""HF006: an image is not prepared for the user that Spaces run it as."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.changes import inserted
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Edit, Fix, FixKind, Platform, Severity, Span
from modelyard.deploy.project.images import Image, images_of
from modelyard.deploy.project.owning import Ownership
from modelyard.deploy.project.project import Project
from modelyard.deploy.project.unwritable import unwritable_writes
from modelyard.deploy.rule import Rule, Said


class HF006(Rule):
    """An image is not prepared for the user that Spaces run it as.

    **What it does.** Looks at the user that the last stage ends in, and at the number `useradd` gives it.

    **Why it matters.** A Space runs every container as user 1000, whatever the image says. Files that root copied are
    then read-only, `HOME` is `/`, and caches, logs and uploads fail with "permission denied".

    **How to fix.** Make a user with number 1000, give it what the program writes to (`COPY --chown=user`), and switch
    to it with `USER` before models are preloaded.

    **Limits.** An error when a write is found that fails for this reason, a warning otherwise. Users that a base image
    brings along are trusted.
    """

    kind: Literal["HF006"] = "HF006"
    title: ClassVar[str] = "Image not prepared for user 1000"
    group: ClassVar[str] = "Spaces"
    icon: ClassVar[str] = "box"
    severity: ClassVar[Severity] = "warning"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf",)
    fix_kind: ClassVar[FixKind] = "suggested"
    facts: ClassVar[tuple[str, ...]] = ("hf_user_id",)

    def check(self, project: Project) -> Iterator[Said]:
        """Yield the user of each image that a Space would run."""
        for image in images_of(project):
            if "hf" not in image.platforms:
                continue
            owning = Ownership(image.dockerfile)
            number = owning.number
            if number == fact("hf_user_id").value:
                yield self.passed(_place(image), f"runs as user {number}")
            elif number is not None:
                yield self._finding(project, image, owning, number)

    def _finding(self, project: Project, image: Image, owning: Ownership, number: int) -> Said:
        fails = any(unwritable_writes(project, image))
        who = "root" if owning.is_root else f"user {number}"
        what = "its files belong to root" if owning.is_root else "the number does not fit"
        edits = _edits(image, owning)
        return self.finding(
            _place(image),
            f"The image ends as {who}, a Space runs it as user {fact('hf_user_id').value}: {what}.",
            severity="error" if fails and image.first.is_declared else "warning" if image.first.is_declared else "info",
            confidence=0.9,
            fix=Fix(
                kind="suggested" if edits else "none",
                text="Make user 1000, give it the folders that are written to, and switch to it with USER.",
                edits=edits,
            ),
        )


def _place(image: Image) -> Span:
    """Return the last USER, or the FROM of the last stage without one."""
    users = list(image.dockerfile.last.every("USER"))
    return users[-1].span if users else image.dockerfile.last.span


def _edits(image: Image, owning: Ownership) -> tuple[Edit, ...]:
    """Return the edit that makes the user before the command starts; none for images that have another user."""
    stage = image.dockerfile.last
    starts = [one for one in stage.instructions if one.name in ("CMD", "ENTRYPOINT")]
    if not owning.is_root or not starts or any(True for _ in stage.every("USER")):
        return ()
    is_alpine = "alpine" in stage.image
    make = "adduser -D -u 1000 user" if is_alpine else "useradd --create-home --uid 1000 user"
    folder = stage.workdir
    give = f" && chown -R user:user {folder}" if folder != "/" else ""
    text = f"RUN {make}{give}\nUSER user\nENV HOME=/home/user"
    return (inserted(image.dockerfile.file, starts[0].span.line, text),)
