"""Any host that builds a Dockerfile."""

from typing import ClassVar, Literal

from modelyard.deploy.bundling.image import image_files
from modelyard.deploy.bundling.readme import readme
from modelyard.deploy.platform import Platform
from modelyard.deploy.subject import Subject
from modelyard.kernel.kinds import Parameter


class Docker(Platform):
    """Any host that builds a Dockerfile: one's own server, Fly.io, Koyeb, a cluster.

    The image runs as UID 1000 and writes only scratch files, so that its disk may be wiped at any time.
    """

    kind: Literal["docker"] = "docker"
    title: ClassVar[str] = "Container"
    icon: ClassVar[str] = "container"

    port: int = Parameter(7860, ge=1024, le=65535, description="Where it listens when the host does not say (`PORT`).")

    def files(self, subject: Subject) -> dict[str, bytes]:
        """Return the image's recipe, and a README where there is more to say than the recipe does."""
        readmes = {"README.md": readme(subject).encode()} if subject.notes else {}
        return {**image_files(subject, port=self.port), **readmes}

    def steps(self, subject: Subject) -> list[str]:
        """Return what a person does with it."""
        required = [one.name for one in subject.environment if one.is_required]
        return [
            *([f"Copy .env.example to .env and fill in {', '.join(required)}."] if required else []),
            f"docker build -t {subject.slug} .",
            f"docker run --env-file .env -p {self.port}:{self.port} {subject.slug}"
            if subject.environment
            else f"docker run -p {self.port}:{self.port} {subject.slug}",
        ]
