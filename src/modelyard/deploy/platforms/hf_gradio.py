"""A Gradio Space on Hugging Face."""

from typing import ClassVar, Literal

from modelyard.deploy.bundling.beside_gradio import beside_gradio, gradio_version
from modelyard.deploy.bundling.image import env_example
from modelyard.deploy.bundling.pins import requirements_file
from modelyard.deploy.bundling.readme import readme
from modelyard.deploy.bundling.workflows import sync_to_space
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Platform as Audited
from modelyard.deploy.platform import Part, Platform, Takes
from modelyard.deploy.subject import Subject
from modelyard.endpoints.servable import Door
from modelyard.kernel.kinds import Parameter


class HfGradio(Platform):
    """A Gradio Space on Hugging Face: a worker for a yard that lives elsewhere, or a page for one endpoint.

    Of the yard it gets a worker: 2 vCPU and 16 GB that take runs out of the yard's PostgreSQL, train, and put the
    results there, so that the yard itself fits 512 MB; its page tells how that goes. Of an endpoint it gets a page: a
    model's with a form for a row and a file for many, a collection's with a conversation; programs call it through
    Gradio's API. The platform builds the image and installs Gradio with extras of its own choice. To create a Gradio
    Space asks for a paid plan since 2026-07-21, except on ZeroGPU; a Space that exists already goes on.
    """

    kind: Literal["hf-gradio"] = "hf-gradio"
    title: ClassVar[str] = "Hugging Face Space (Gradio)"
    icon: ClassVar[str] = "container"
    audited_as: ClassVar[Audited | None] = "hf"
    takes: ClassVar[tuple[Takes, ...]] = ("yard", "endpoint")
    part: ClassVar[Part] = "worker"
    door: ClassVar[Door] = "gradio"

    space: str = Parameter(
        "", pattern=r"^$|^[\w.-]+/[\w.-]+$", description="The Space as `owner/name`; empty: chosen when it is created."
    )
    zero_gpu: bool = Parameter(
        False, description="For a Space on ZeroGPU, of which some accounts have two for nothing: its Python is stated."
    )
    emoji: str = Parameter("🧭", max_length=4, description="Shown on the Space's card.", advanced=True)

    def check(self, what: Takes) -> None:
        """Raise Refused where Gradio is not installed: its version goes along."""
        super().check(what)
        gradio_version()

    def files(self, subject: Subject) -> dict[str, bytes]:
        """Return the program and what it reads, requirements, the Space's README and the workflow that uploads it.

        Raises Refused where Gradio is not installed.
        """
        python = self._python(subject)
        matter: dict[str, str | int | bool] = {
            "title": subject.title,
            "emoji": self.emoji,
            "colorFrom": "indigo",
            "colorTo": "gray",
            "sdk": "gradio",
            "sdk_version": gradio_version(),
            "python_version": python,
            "app_file": subject.command[-1],
            "pinned": False,
            "short_description": subject.summary[:60],
        }
        texts = {
            "README.md": readme(subject, matter),
            "requirements.txt": requirements_file(
                beside_gradio(subject.requirements, python=".".join(python.split(".")[:2]))
            ),
            "packages.txt": "".join(f"{name}\n" for name in subject.apt),
            ".env.example": env_example(subject.environment),
            ".github/workflows/space.yml": sync_to_space(self.space),
        }
        files = {path: text.encode() for path, text in texts.items() if text}
        if subject.wheel is not None:
            name, content = subject.wheel
            files[f"wheels/{name}"] = content
        return {**files, **subject.files}

    def steps(self, subject: Subject) -> list[str]:
        """Return what a person does with it, what is not free first."""
        name = self.space or "OWNER/NAME"
        secrets = [one.name for one in subject.environment if one.is_required and one.kind == "secret"]
        after = (
            "Open the Space: its page says whether the yard is reached. What the yard's own worker is too small for is "
            "trained here from then on."
            if subject.wheel is not None
            else "Open the Space. Programs call it at /gradio_api/call/; its page says how under `Use via API`."
        )
        return [
            self._costs(),
            f"Create the Space {name} with the SDK Gradio, or use one that exists.",
            *([f"Under Settings, as *Secrets* (variables are public): {', '.join(secrets)}."] if secrets else []),
            f"hf upload {name} . . --repo-type space --delete '*'",
            after,
        ]

    def _costs(self) -> str:
        plan, free = fact("hf_compute_space_needs_plan"), fact("hf_free_zero_gpu_spaces")
        if self.zero_gpu:
            return (
                f"An account in good standing has {free.value} Gradio Spaces on ZeroGPU for nothing ({free.source}, "
                f"read {free.read}): verified e-mail, older than 30 days. Choose the hardware ZeroGPU."
            )
        return (
            f"Creating a Gradio Space needs a PRO, Team or Enterprise plan ({plan.source}, read {plan.read}). A Space "
            f"that exists already needs none, and accounts in good standing have {free.value} on ZeroGPU: for one of "
            "those set `zero_gpu`. Without any, make this bundle for `render`."
        )

    def _python(self, subject: Subject) -> str:
        """Return the version that the front matter states; ZeroGPU has two, to the last digit, of which one suits."""
        return str(fact("hf_zero_gpu_pythons").value[-1]) if self.zero_gpu else subject.python
