"""A web service on Render."""

from typing import ClassVar, Literal

from modelyard.deploy.bundling.image import image_files
from modelyard.deploy.bundling.readme import readme
from modelyard.deploy.finding import Platform as Audited
from modelyard.deploy.platform import Platform
from modelyard.deploy.subject import Subject, Variable
from modelyard.kernel.kinds import Parameter

PORT = 10_000
SMALL = {"MODELYARD_WORKER_MODE": "thread", "MODELYARD_RUN_MEMORY_BYTES": "260MiB"}
"""What lets the whole yard live in 512 MB: docs/design/figures.md has what was measured."""


class Render(Platform):
    """A web service on Render: 512 MB and a tenth of a CPU for nothing, asleep after 15 minutes without a visit.

    Its disk is wiped at every restart, so the yard keeps everything in PostgreSQL. Render's own free database ends
    after some weeks: take one that stays, such as Neon's.
    """

    kind: Literal["render"] = "render"
    title: ClassVar[str] = "Render"
    icon: ClassVar[str] = "cloud"
    audited_as: ClassVar[Audited | None] = "render"

    service: str = Parameter(
        "", pattern=r"^$|^[a-z0-9][a-z0-9-]{0,62}$", description="The service's name; empty: that of what is bundled."
    )
    plan: Literal["free", "starter", "standard"] = Parameter("free", description="Render's plan; `free` costs nothing.")
    region: Literal["frankfurt", "oregon", "ohio", "virginia", "singapore"] = Parameter(
        "frankfurt", description="Where it runs: choose the one beside the database."
    )

    def files(self, subject: Subject) -> dict[str, bytes]:
        """Return the image's recipe and the blueprint."""
        small = SMALL if subject.needs_database and self.plan == "free" else {}
        files = image_files(subject, port=PORT, settings=small)
        files["render.yaml"] = self._blueprint(subject).encode()
        if subject.notes:
            files["README.md"] = readme(subject).encode()
        return files

    def steps(self, subject: Subject) -> list[str]:
        """Return what a person does with it."""
        asked = [one.name for one in subject.environment if one.is_required and not one.is_random]
        return [
            "Push this folder to a Git repository: Render builds from there and takes no uploads.",
            "In Render choose New, Blueprint, and that repository; `render.yaml` says the rest.",
            *([f"Render asks for {', '.join(asked)}: see .env.example."] if asked else []),
            "The first visit after 15 quiet minutes waits about a minute while the service wakes.",
        ]

    def _blueprint(self, subject: Subject) -> str:
        names = "".join(_variable(one) for one in subject.environment if one.is_required or one.kind == "secret")
        environment = f"    envVars:\n{names}" if names else ""
        return f"""\
services:
  - type: web
    name: {self.service or subject.slug}
    runtime: docker
    plan: {self.plan}
    region: {self.region}
    dockerfilePath: ./Dockerfile
    healthCheckPath: {subject.health_path}
    autoDeployTrigger: commit
{environment}"""


def _variable(one: Variable) -> str:
    how = "generateValue: true" if one.is_random else "sync: false"
    return f"      - key: {one.name}\n        {how}\n"
