"""HF014: a file is too large for git without LFS."""

import fnmatch
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.files import CodeBase, SourceFile
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Edit, Fix, FixKind, Platform, Severity
from modelyard.deploy.project.context import context_of
from modelyard.deploy.project.deployable import Deployable
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

BY_CLIENT = ("upload_folder", "upload_large_folder", "upload_file", "hf upload", "huggingface-cli upload", "uses:")
MEGABYTE = 1_000_000


class HF014(Rule):
    """A file is too large for git without LFS.

    **What it does.** Looks for tracked files over 10 MB among what goes up to the Space that no line of
    `.gitattributes` gives to LFS or Xet. Pointer files are small and never counted.

    **Why it matters.** The Hub refuses the push: "your push was rejected because it contains files larger than 10 MB".

    **How to fix.** Track the file with LFS (`git lfs track`, then `git lfs migrate import`), or upload with the Hub's
    client, which does it by itself. Better: keep models in a model repository and fetch them.

    **Limits.** Only what is in the tree now: a large file deep in the history stops a push too.
    """

    kind: Literal["HF014"] = "HF014"
    title: ClassVar[str] = "Large file without LFS"
    group: ClassVar[str] = "Spaces"
    icon: ClassVar[str] = "file-text"
    severity: ClassVar[Severity] = "error"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf",)
    fix_kind: ClassVar[FixKind] = "suggested"
    facts: ClassVar[tuple[str, ...]] = ("hf_large_file_mb",)

    def check(self, project: Project) -> Iterator[Said]:
        """Yield the large files of each Space that git would push."""
        limit = fact("hf_large_file_mb").value * MEGABYTE
        for one in project.on("hf"):
            if not one.is_declared or any(word in span.text for span in one.told_by for word in BY_CLIENT):
                continue
            files = [project.code.files[path] for path in context_of(project.code, one).uploaded.values() if path]
            large = [file for file in files if file.size > limit and not _is_lfs(project.code, one, file)]
            if large:
                yield self._finding(project.code, one, large)
            elif one.manifest is not None:
                yield self.passed(one.manifest, f"no file of {one.name} is over {fact('hf_large_file_mb').value} MB")

    def _finding(self, code: CodeBase, one: Deployable, large: list[SourceFile]) -> Said:
        named = ", ".join(f"{file.path} ({file.size // MEGABYTE} MB)" for file in large[:3])
        attributes = code.get(f"{one.root}/.gitattributes" if one.root else ".gitattributes")
        prefix = f"{one.root}/" if one.root else ""
        lines = "".join(f"{file.path.removeprefix(prefix)} filter=lfs diff=lfs merge=lfs -text\n" for file in large)
        if attributes is None:
            edit = Edit(file=f"{prefix}.gitattributes", text=lines, creates=True)
        else:
            end = len(attributes.text)
            edit = Edit(file=attributes.path, start=end, end=end, text=lines)
        return self.finding(
            [file.span() for file in large],
            f"The Hub refuses files over {fact('hf_large_file_mb').value} MB without LFS: {named}.",
            confidence=0.85,
            fix=Fix(
                kind="suggested",
                text="Give the file to LFS, or fetch it from a model repository when the image is built.",
                edits=(edit,),
                by_person=("git lfs migrate import --include " + ",".join(file.path for file in large[:5]),),
            ),
        )


def _is_lfs(code: CodeBase, one: Deployable, file: SourceFile) -> bool:
    """Say whether the last line of `.gitattributes` that speaks of a file gives it to LFS; the nearest folder wins."""
    below = file.path.removeprefix(f"{one.root}/") if one.root else file.path
    parts = file.path.split("/")
    folders = dict.fromkeys(("", one.root, *("/".join(parts[:n]) for n in range(1, len(parts)))))
    is_given = False
    for folder in folders:
        attributes = code.get(f"{folder}/.gitattributes" if folder else ".gitattributes")
        names = (file.name, below, file.path.removeprefix(f"{folder}/") if folder else file.path)
        for line in attributes.lines if attributes is not None else ():
            pattern, _, given = line.strip().partition(" ")
            clean = pattern.replace("**/", "*").lstrip("/")
            if "filter" in given and any(fnmatch.fnmatchcase(name, clean) for name in names):
                is_given = "filter=lfs" in given
    return is_given
