"""DK001: a package is imported that nothing installs."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from modelyard.deploy.code.changes import inserted
from modelyard.deploy.code.packages import (
    PARTS,
    STANDARD_INCLUDED,
    UBIQUITOUS,
    brought_by,
    is_known,
    is_named_alike,
    known_packages_of,
)
from modelyard.deploy.finding import Edit, Fix, FixKind, Platform, Severity
from modelyard.deploy.project.images import merged
from modelyard.deploy.project.needs import Need, needs_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.project.requirements import Requirement, Requirements
from modelyard.deploy.rule import Rule, Said

How = Literal["declared", "brought along", "perhaps", "missing"]
LATER = ("0.112.0", "0.999.0")
"""What a requirement lets in that does not stop at those versions."""
SAID: dict[How, str] = {
    "brought along": "only another package brings it along",
    "perhaps": "at best another package brings it along",
    "missing": "nothing installs it",
}


class DK001(Rule):
    """A package is imported that nothing installs.

    **What it does.** Compares what live Python imports, and what frameworks load at run time (drivers in database
    addresses, password schemes, forms, e-mail checks, WebSockets, the server itself), with what the build installs:
    requirements files in any encoding, pyproject.toml, locks, packages named in RUN or the build command.

    **Why it matters.** The program dies at import, or with the first request that needs it. At home the package was
    there by accident.

    **How to fix.** Add the package to the requirements that the build installs.

    **Limits.** An import that a `try` or `if` guards, or a switch that is off keeps away, is information; one that only
    another package brings along is a warning, and so is an unknown name beside a package that is unknown too. Foreign
    base images, conda and setup.py alone are not judged.
    """

    kind: Literal["DK001"] = "DK001"
    title: ClassVar[str] = "Imported package not declared"
    group: ClassVar[str] = "Containers and packages"
    icon: ClassVar[str] = "box"
    severity: ClassVar[Severity] = "error"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf", "render")
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield the packages that each Python service lacks."""
        for one, platforms in merged(project.on("hf", "render")):
            if one.shape in ("static", "node") or not one.python_files:
                continue
            found = project.requirements(one)
            for path, span in found.missing:
                yield self.finding(
                    span,
                    f"{path} is to be installed and is not there.",
                    confidence=0.9,
                    platforms=platforms,
                    fix=Fix(text="Add the file, or correct its path."),
                )
            if not found.is_known or found.missing or (not found.asked and not found.locked):
                yield self.skipped(f"what is installed for {one.name} is not known")
                continue
            groups: dict[str, list[Need]] = {}
            for need in needs_of(project, one):
                groups.setdefault(need.packages[0], []).append(need)
            findings = [self._judged(project, found, needs, platforms) for needs in groups.values()]
            yield from (said for said in findings if said is not None)
            if not any(findings) and found.files:
                yield self.passed(found.files[0], f"all {len(groups)} packages that are imported are installed")

    def _judged(
        self, project: Project, found: Requirements, needs: list[Need], platforms: tuple[Platform, ...]
    ) -> Said | None:
        first = next((one for one in needs if not one.is_guarded), needs[0])
        how = _how(found, first)
        if how == "declared":
            return None
        severity: Severity = "info" if first.is_guarded else "error" if how == "missing" else "warning"
        package = first.packages[0]
        tail = SAID[how]
        edits = _edits(project, found, package) if not first.is_guarded else ()
        chain = project.python.chain(first.module, first.node) if first.module is not None else ()
        return self.finding(
            [*dict.fromkeys(one.span for one in (first, *needs))],
            f"{package} is needed for {first.why}, and {tail}.",
            severity=severity,
            confidence=0.9 if how == "missing" else 0.7,
            chain=chain,
            platforms=platforms,
            fix=Fix(
                kind="suggested" if edits else "none",
                text=f"Add {package} to the requirements that the build installs.",
                edits=edits,
            ),
        )


def _how(found: Requirements, need: Need) -> How:
    """Return whether a package is declared, comes with another (or may do so), or is missing."""
    asked = {one.name for one in found.asked if not one.marker.startswith("extra")}
    extras = [f"{one.name}[{extra}]" for one in found.asked for extra in one.extras]
    of_extras = brought_by((), extras) | {part for one in asked for part in PARTS.get(one, ())}
    if set(need.packages) & (asked | of_extras | found.locked.keys()):
        return "declared"
    if need.name and is_named_alike(need.name, asked | found.locked.keys()):
        return "declared"
    if found.locked and not asked - found.locked.keys():
        return "missing"
    brought = brought_by(asked, [*extras, *(f"{one.name}[standard]" for one in found.asked if _is_full(one))])
    if set(need.packages) & brought:
        return "brought along" if need.name else "declared"
    # A package that nobody knows may be what is imported under another name, and brings what most bring.
    is_open = set(need.packages) & UBIQUITOUS or (need.name and not known_packages_of(need.name))
    return "perhaps" if is_open and not all(map(is_known, asked)) else "missing"


def _is_full(one: Requirement) -> bool:
    """Say whether the newest version that a requirement lets in installs its `[standard]` by itself."""
    full = STANDARD_INCLUDED.get(one.name, ())
    try:
        wanted = SpecifierSet(one.specifier)
    except InvalidSpecifier:
        return False
    return any(version in wanted for version in full) and not any(later in wanted for later in LATER)


def _edits(project: Project, found: Requirements, package: str) -> tuple[Edit, ...]:
    """Return the edit that adds a line to the first requirements file that a person writes."""
    for span in found.files:
        file = project.code.get(span.file)
        if file is not None and file.name.endswith(".txt") and not found.locked:
            return (inserted(file, len(file.lines) + 1, package),)
    return ()
