"""HF001: a Space's README has no front matter, or another file has it."""

import posixpath
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Edit, Fix, FixKind, Platform, Severity, Span
from modelyard.deploy.project.deployable import Deployable
from modelyard.deploy.project.front_matter import FrontMatter, read_front_matter
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said


class HF001(Rule):
    """A Space's README has no front matter, or another file has it.

    **What it does.** Finds what goes up to the Space (the folder, or what a workflow or script stages), and looks for
    the YAML block at the top of the `README.md` there. READMEs that a script writes count.

    **Why it matters.** The block says which SDK runs the Space and on which port it listens. Without it the Space
    stays in "configuration error" and nothing is built.

    **How to fix.** Begin the README that is uploaded with the block: `sdk`, `app_port` for Docker, `title`, `emoji` and
    two colours.

    **Limits.** A README that is only kept on the Hub is not looked at where a script adds files to a clone of the
    Space; any other way of uploading replaces it, and its absence here is reported.
    """

    kind: Literal["HF001"] = "HF001"
    title: ClassVar[str] = "Space README without front matter"
    group: ClassVar[str] = "Spaces"
    icon: ClassVar[str] = "file-text"
    severity: ClassVar[Severity] = "error"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf",)
    fix_kind: ClassVar[FixKind] = "suggested"
    facts: ClassVar[tuple[str, ...]] = ("hf_default_port", "hf_sdks")

    def check(self, project: Project) -> Iterator[Said]:
        """Yield what the README of each Space begins with."""
        for one in project.on("hf"):
            if one.problem and one.dockerfile is None and one.readme is None and one.front_matter is None:
                continue
            if one.front_matter is not None and one.front_matter.keys.get("sdk"):
                sdk = one.front_matter.keys["sdk"]
                yield self.passed(one.front_matter.at("sdk"), f"the README of {one.name} says sdk: {sdk}")
            elif one.is_added_to and one.readme is None and one.front_matter is None:
                yield self.skipped(f"the README of {one.name} is kept on the Hub: nothing here goes up in its place")
            else:
                yield self._finding(project, one)

    def _finding(self, project: Project, one: Deployable) -> Said:
        elsewhere = _elsewhere(project, one)
        unread = read_front_matter(one.readme) if one.readme is not None else None
        if isinstance(unread, str) and one.readme is not None:
            message = f"The front matter of {one.readme.path} cannot be read: {unread}."
        elif one.front_matter is not None:
            message = "The front matter of the README names no sdk, so the Space cannot be built."
        elif elsewhere is not None:
            message = f"The front matter of the Space stands in {elsewhere.path}; Spaces read README.md alone."
        elif not one.is_declared:
            message = "To go up to a Space, the README has no front matter yet."
        else:
            message = "The README that goes up to the Space has no front matter, so the Space cannot be built."
        place = one.front_matter.span if one.front_matter is not None else _place(one)
        spans = [place, *(span for span in one.told_by if span != place)]
        edits = () if one.front_matter is not None or isinstance(unread, str) else _edits(one, elsewhere)
        return self.finding(
            spans,
            message,
            severity=None if one.is_declared else "info",
            confidence=0.9 if one.is_declared else 0.5,
            fix=Fix(
                kind="suggested" if edits else "none",
                text="Begin the README that is uploaded with the block Spaces read: sdk, app_port, title, colours.",
                edits=edits,
            ),
        )


def _place(one: Deployable) -> Span:
    if one.readme is not None:
        return one.readme.span(1)
    return one.told_by[0] if one.told_by else Span(file=posixpath.join(one.root, "README.md"))


def _elsewhere(project: Project, one: Deployable) -> SourceFile | None:
    """Return another Markdown file beside the README that has the block of a Space."""
    for file in project.code.under(one.root):
        if file.folder == one.root and file.name.lower().endswith(".md") and file is not one.readme:
            found = read_front_matter(file)
            if isinstance(found, FrontMatter) and found.is_of_a_space:
                return file
    return None


def _edits(one: Deployable, elsewhere: SourceFile | None) -> tuple[Edit, ...]:
    """Return the edit that begins the README with a block; none when a script stages another README."""
    if one.staged is not None and one.readme is None:
        return ()
    found = read_front_matter(elsewhere) if elsewhere is not None else None
    if isinstance(found, FrontMatter) and elsewhere is not None:
        block = elsewhere.text[found.start : found.end].strip() + "\n"
    else:
        block = _block(one)
    if one.readme is None:
        return (Edit(file=posixpath.join(one.root, "README.md"), text=block, creates=True),)
    return (Edit(file=one.readme.path, text=f"{block}\n"),)


def _block(one: Deployable) -> str:
    port = one.entry.port if one.entry is not None and one.entry.port else fact("hf_default_port").value
    lines = [f"title: {one.name.rpartition('/')[2]}", "emoji: 🚀", "colorFrom: blue", "colorTo: indigo"]
    lines += [f"sdk: {one.shape if one.shape in ('docker', 'gradio', 'static') else 'docker'}"]
    lines += [f"app_port: {port}"] if one.shape == "docker" else []
    return "\n".join(["---", *lines, "---", ""])
