"""What a build sees of a code base: the tracked files of its folder, less what `.dockerignore` keeps out."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from modelyard.deploy.code.docker import Dockerfile
from modelyard.deploy.code.files import CodeBase, SourceFile
from modelyard.deploy.code.image import DockerIgnore, ImageFiles
from modelyard.deploy.project.deployable import Deployable


@dataclass(frozen=True)
class Context:
    """The files that are uploaded for one deployable."""

    code: CodeBase
    uploaded: Mapping[str, str]
    """Path on the platform → path in the code base, `""` for what a script writes."""

    @cached_property
    def ignore_file(self) -> SourceFile | None:
        """The `.dockerignore` at the top of it."""
        return self.code.files.get(self.uploaded.get(".dockerignore", ""))

    @cached_property
    def built(self) -> Mapping[str, str]:
        """What COPY can see."""
        if self.ignore_file is None:
            return self.uploaded
        ignore = DockerIgnore(self.ignore_file.text)
        return {path: source for path, source in self.uploaded.items() if not ignore.keeps_out(path)}

    def image(self, dockerfile: Dockerfile) -> ImageFiles:
        """Return the files of an image that is built from it."""
        return ImageFiles(dockerfile, self.built)


def context_of(code: CodeBase, deployable: Deployable) -> Context:
    """Return what goes up for a deployable; files that git does not keep do not."""
    if deployable.staged is not None:
        return Context(code, deployable.staged)
    root = deployable.dockerfile.context if deployable.dockerfile is not None else deployable.root
    prefix = f"{root}/" if root else ""
    return Context(code, {one.path.removeprefix(prefix): one.path for one in code.under(root) if one.is_tracked})
