"""DK004: a secret is baked into an image."""

import fnmatch
import posixpath
import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.docker import Instruction
from modelyard.deploy.code.masking import without
from modelyard.deploy.code.secrets import is_instruction, is_open_value, is_placeholder, is_secret_name, secrets_in
from modelyard.deploy.finding import Fix, Severity, Span
from modelyard.deploy.project.images import Image, images_of
from modelyard.deploy.project.owning import commands_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

EXAMPLES = ("*.example", "*.sample", "*.template", "*.dist", "*example*", "*sample*", "*template*")
WRITTEN = re.compile(r"(?:^|[\s\"'])(?P<name>[A-Z][A-Z0-9_]{2,60})=(?P<value>[^\s\"'$`]+)", re.MULTILINE)
"""`NAME=value`, as a file of variables holds it."""


class DK004(Rule):
    """A secret is baked into an image.

    **What it does.** Looks for secret values in ENV and ARG, for build arguments with secret names that ENV keeps, for
    `NAME=value` that RUN writes into a file, for `COPY .env`, and for tracked `.env` files that `COPY .` takes along
    because no `.dockerignore` keeps them out.

    **Why it matters.** Every layer can be read by whoever has the image, also what a later layer deletes. A Space's
    variables arrive as build arguments and are public themselves.

    **How to fix.** Read secrets from the environment when the program runs; where the build needs one, mount it
    (`RUN --mount=type=secret,id=NAME`).

    **Limits.** Placeholders and values that only look like settings are left out.
    """

    kind: Literal["DK004"] = "DK004"
    title: ClassVar[str] = "Secret baked into the image"
    group: ClassVar[str] = "Containers and packages"
    icon: ClassVar[str] = "key"
    severity: ClassVar[Severity] = "error"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield the secrets of each image."""
        for image in images_of(project):
            found = [*self._values(image), *self._copied(image)]
            yield from found
            if not found:
                yield self.passed(image.dockerfile.last.span, "no secret in ENV, ARG or what is copied")

    def _values(self, image: Image) -> Iterator[Said]:
        for stage in image.dockerfile.stages:
            for one in stage.instructions:
                for name, value in _pairs(one):
                    if _is_secret(name, value):
                        yield self._finding(image, name, without(one.span, value), "has its value")
                    elif one.name == "ENV" and value.strip("${}") == name and is_secret_name(name):
                        yield self._finding(image, name, one.span, "is kept from a build argument")
                for name, value in _written(one) if one.name == "RUN" else ():
                    yield self._finding(image, name, without(one.span, value), "is written into a file")
                if one.name in ("RUN", "CMD", "ENTRYPOINT"):
                    for secret in secrets_in("\n".join([" ".join(one.words), *one.heredocs])):
                        yield self._finding(
                            image, f"the {secret.what} of {one.name}", without(one.span, secret.value), "stays"
                        )

    def _finding(self, image: Image, name: str, span: Span, how: str) -> Said:
        return self.finding(
            span,
            f"{name[0].upper()}{name[1:]} {how} in the image, where everybody who has it can read it.",
            confidence=0.9,
            platforms=image.platforms,
            fix=Fix(
                text="Take it out and read it from the environment at run time; in the build, use a secret mount.",
                by_person=(f"Rotate {name}: it stays in the layers and in git.",),
            ),
        )

    def _copied(self, image: Image) -> Iterator[Said]:
        held = image.files.context
        for stage in image.dockerfile.stages:
            for one in stage.instructions:
                if one.name not in ("COPY", "ADD") or "from" in one.flags:
                    continue
                named = [source for source in one.expanded[:-1] if is_environment_file(posixpath.basename(source))]
                taken = sorted(path for path in held if is_environment_file(path)) if one.takes_all else []
                whole = [path for path in taken if not _is_template(image, held[path])]
                if named or whole:
                    yield self.finding(
                        one.span,
                        f"{one.name} takes {', '.join(named or whole[:3])} into the image.",
                        confidence=0.9,
                        platforms=image.platforms,
                        fix=Fix(
                            text="Name .env* in .dockerignore, and give the values as secrets of the platform.",
                            by_person=("Rotate what the file holds, if the image was ever pushed.",),
                        ),
                    )


def _is_template(image: Image, path: str) -> bool:
    """Say whether a file only shows what a person is to fill in: some value says so, and none is a secret."""
    file = image.code.files.get(path)
    pairs = [line.partition("=") for line in file.lines if not line.lstrip().startswith("#")] if file else []
    values = [(name.strip(), value.strip()) for name, equals, value in pairs if equals]
    is_shown = any(is_instruction(value) for _, value in values)
    return is_shown and not any(_is_secret(name, value) for name, value in values)


def is_environment_file(path: str) -> bool:
    """Say whether a path is an `.env` file with values, not an example."""
    name = posixpath.basename(path)
    return (
        fnmatch.fnmatchcase(name, ".env*")
        and name != ".envrc"
        and not any(fnmatch.fnmatchcase(name, pattern) for pattern in EXAMPLES)
    )


def _pairs(one: Instruction) -> Iterator[tuple[str, str]]:
    if one.name == "ENV":
        yield from zip(one.expanded[::2], one.words[1::2], strict=False)
    elif one.name == "ARG":
        for word in one.words:
            name, equals, value = word.partition("=")
            if equals:
                yield name, value


def _written(run: Instruction) -> Iterator[tuple[str, str]]:
    """Yield the secrets that a command writes into a file as `NAME=value`, those known by their shape left out."""
    texts = list(run.heredocs)
    for command in commands_of(run):
        if command.outputs or command.program == "tee":
            texts += [*command.words[1:], command.typed or ""]
    for text in texts:
        for found in WRITTEN.finditer(text.replace("\\n", "\n")):
            value = found["value"].strip("\"'")
            if _is_secret(found["name"], value) and not any(secrets_in(value)):
                yield found["name"], value


def _is_secret(name: str, value: str) -> bool:
    text = value.strip("\"'")
    if not text or text.startswith("$"):
        return False
    if any(secrets_in(text)):
        return True
    return is_secret_name(name) and not is_placeholder(text) and not is_open_value(text)
