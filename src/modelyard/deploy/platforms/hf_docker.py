"""A Docker Space on Hugging Face."""

import re
from typing import ClassVar, Literal

from modelyard.deploy.bundling.image import image_files
from modelyard.deploy.bundling.readme import readme
from modelyard.deploy.bundling.workflows import sync_to_space
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Platform as Audited
from modelyard.deploy.platform import Platform
from modelyard.deploy.subject import Subject
from modelyard.kernel.kinds import Parameter

PORT = 7860


class HfDocker(Platform):
    """A Docker Space on Hugging Face: 2 vCPU and 16 GB that sleep after two days without a visit.

    Its disk is wiped at every restart, so the yard keeps everything in PostgreSQL. To create a Docker Space asks for a
    paid plan since 2026-07-21; a Space that exists already goes on, and Render's free plan takes the same image.
    """

    kind: Literal["hf-docker"] = "hf-docker"
    title: ClassVar[str] = "Hugging Face Space (Docker)"
    icon: ClassVar[str] = "container"
    audited_as: ClassVar[Audited | None] = "hf"

    space: str = Parameter(
        "", pattern=r"^$|^[\w.-]+/[\w.-]+$", description="The Space as `owner/name`; empty: chosen when it is created."
    )
    emoji: str = Parameter("🧭", max_length=4, description="Shown on the Space's card.", advanced=True)
    color_from: Literal["red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"] = Parameter(
        "indigo", description="First colour of the card.", advanced=True
    )
    color_to: Literal["red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"] = Parameter(
        "gray", description="Second colour of the card.", advanced=True
    )

    def files(self, subject: Subject) -> dict[str, bytes]:
        """Return the image's recipe, the Space's README and the workflow that brings changes there."""
        public = (
            {"MODELYARD_PUBLIC_URL": f"https://{_host(self.space)}"} if self.space and subject.needs_database else {}
        )
        files = image_files(subject, port=PORT, settings=public)
        matter: dict[str, str | int | bool] = {
            "title": subject.title,
            "emoji": self.emoji,
            "colorFrom": self.color_from,
            "colorTo": self.color_to,
            "sdk": "docker",
            "app_port": PORT,
            "pinned": False,
            "short_description": subject.summary[:60],
        }
        files["README.md"] = readme(subject, matter).encode()
        files[".github/workflows/space.yml"] = sync_to_space(self.space).encode()
        return files

    def steps(self, subject: Subject) -> list[str]:
        """Return what a person does with it, what is not free first."""
        plan = fact("hf_compute_space_needs_plan")
        name = self.space or "OWNER/NAME"
        secrets = [one.name for one in subject.environment if one.is_required and one.kind == "secret"]
        return [
            f"Creating a Docker Space needs a PRO, Team or Enterprise plan ({plan.source}, read {plan.read}). A Space "
            "that exists already needs none; without one, make this bundle for `render`.",
            f"Create the Space {name} with the SDK Docker, or use one that exists.",
            *([f"Under Settings, as *Secrets* (variables are public): {', '.join(secrets)}."] if secrets else []),
            f"hf upload {name} . . --repo-type space --delete '*'",
            "Open the Space; the log says `Modelyard is ready` with the link to sign in as its owner."
            if subject.needs_database
            else "Open the Space.",
        ]


def _host(space: str) -> str:
    return f"{re.sub(r'[^a-z0-9-]+', '-', space.lower())}.hf.space"
