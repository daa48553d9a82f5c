"""The whole yard as what a bundle ships."""

import sys
from collections.abc import Sequence
from importlib.metadata import metadata

from modelyard.deploy.bundling.pins import NEVER_CALLED, pins
from modelyard.deploy.bundling.wheel import wheel, wheel_name
from modelyard.deploy.subject import Subject, Variable
from modelyard.kernel.errors import FieldError, Invalid, Refused
from modelyard.kernel.pages import find_pages
from modelyard.kernel.settings import Settings

ARTIFACTS = ("database", "s3")

DATABASE = Variable(
    "DATABASE_URL",
    "secret",
    is_required=True,
    meaning="Address of the PostgreSQL database that keeps everything; Neon's pooled one will do.",
    example="postgresql://USER:PASSWORD@ep-name-pooler.region.aws.neon.tech/DATABASE?sslmode=require",
)
SECRET_KEY = Variable(
    "MODELYARD_SECRET_KEY",
    "secret",
    is_required=True,
    meaning="Signs sessions and encrypts the keys of LLMs: at least 32 bytes; make it with `openssl rand -base64 48`, "
    "and keep it: with another one nobody is signed in, and stored keys cannot be read.",
    is_random=True,
)
PUBLIC_URL = Variable(
    "MODELYARD_PUBLIC_URL",
    "variable",
    is_required=False,
    meaning="Address that people reach the yard at; links in reports and the sign-in link begin with it.",
    example="https://yard.example.org",
)
ORIGINS = Variable(
    "MODELYARD_FRONTEND_ORIGINS",
    "variable",
    is_required=False,
    meaning="Origins of pages that are served elsewhere, with commas between; only if they are.",
    example="https://yard.vercel.app,https://yard-*-team.vercel.app",
)
S3 = (
    Variable("MODELYARD_S3_URL", "variable", True, "Bucket and prefix of the artifacts.", "s3://bucket/yard"),
    Variable("AWS_ACCESS_KEY_ID", "secret", True, "Key of the bucket."),
    Variable("AWS_SECRET_ACCESS_KEY", "secret", True, "Its secret."),
)


def check_yard(artifacts: str, extras: Sequence[str]) -> None:
    """Raise Invalid for a place of artifacts, or an extra, that there is not."""
    if artifacts not in ARTIFACTS:
        message = f"Artifacts live in {' or '.join(ARTIFACTS)}, not in {artifacts!r}."
        raise Invalid(message, fields=[FieldError(("artifacts",), message)])
    known = metadata("modelyard").get_all("Provides-Extra") or []
    if wrong := [extra for extra in extras if extra not in known]:
        message = f"Modelyard has no extra {wrong[0]!r}."
        raise Invalid(message, hint=f"Choose of {', '.join(sorted(known))}.", fields=[FieldError(("extras",), message)])


def whole_yard(settings: Settings, *, artifacts: str = "database", extras: Sequence[str] = ()) -> Subject:
    """Return the yard with its pages; raise Refused when the pages were never built."""
    pages = find_pages(settings)
    if pages is None:
        raise Refused("The browser pages are not there, so they cannot be shipped.", hint="Run `make .stamps/ui`.")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return Subject(
        slug="modelyard",
        title="Modelyard",
        summary="From data to a live machine-learning or LLM service",
        requirements=requirements_of(artifacts, extras, python=python),
        wheel=(wheel_name(), wheel(pages)),
        pages={
            path.relative_to(pages).as_posix(): path.read_bytes() for path in sorted(pages.rglob("*")) if path.is_file()
        },
        command=("modelyard", "up", "--wait", "120"),
        health_path="/health",
        environment=(DATABASE, SECRET_KEY, PUBLIC_URL, ORIGINS, *(S3 if artifacts == "s3" else ())),
        settings={
            "MODELYARD_ENV": "production",
            "MODELYARD_DATA": "/tmp/modelyard",  # noqa: S108 — in the image, where only scratch files live
            "MODELYARD_ARTIFACT_STORE": artifacts,
        },
        apt=("libgomp1",),
        needs_database=True,
        python=python,
    )


def requirements_of(artifacts: str, extras: Sequence[str], *, python: str) -> tuple[str, ...]:
    """Return `name==version` of all that the yard needs with these extras, without itself."""
    wanted = [
        "modelyard",
        *(f"modelyard[{extra}]" for extra in extras),
        *(["modelyard[s3]"] if artifacts == "s3" else []),
    ]
    return tuple(line for line in pins(wanted, python=python, without=NEVER_CALLED) if not _is_ours(line))


def _is_ours(line: str) -> bool:
    return line.startswith("modelyard=")
