"""A worker of the yard as what a bundle ships."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from modelyard.deploy.bundling.wheel import wheel, wheel_name
from modelyard.deploy.bundling.yard import DATABASE, S3, SECRET_KEY, requirements_of
from modelyard.deploy.subject import Subject, Variable

APP = "app.py"
_RUN_MEMORY = "12GiB"
"""Of the 16 GB that a Space without a plan has; the rest is the worker's own and the system's."""
_SAME_KEY = Variable(
    SECRET_KEY.name,
    "secret",
    is_required=True,
    meaning="The one that the yard has: keys of LLMs are sealed with it.",
)
_MEMORY = Variable(
    "MODELYARD_RUN_MEMORY_BYTES",
    "variable",
    is_required=False,
    meaning=f"Memory that one run may take; {_RUN_MEMORY} unless said.",
    example=_RUN_MEMORY,
)


def worker_of_yard(*, artifacts: str = "database", extras: Sequence[str] = ()) -> Subject:
    """Return what executes a yard's runs on another machine: the package without its pages, nothing of the yard's."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    settings = {
        "MODELYARD_ENV": "production",
        "MODELYARD_DATA": "/tmp/modelyard",  # noqa: S108 — only scratch files live there
        "MODELYARD_ARTIFACT_STORE": artifacts,
        "MODELYARD_RUN_MEMORY_BYTES": _RUN_MEMORY,
        "OMP_NUM_THREADS": "1",
    }
    app = (Path(__file__).parent / APP).read_text(encoding="utf-8")
    return Subject(
        slug="modelyard-worker",
        title="Modelyard worker",
        summary="Trains for a yard that lives elsewhere",
        requirements=requirements_of(artifacts, extras, python=python),
        wheel=(wheel_name(), wheel(None)),
        command=("python3", APP),
        health_path="/",
        files={APP: app.encode(), "settings.json": f"{json.dumps(settings, indent=1)}\n".encode()},
        environment=(DATABASE, _SAME_KEY, _MEMORY, *(S3 if artifacts == "s3" else ())),
        settings=settings,
        apt=("libgomp1",),
        notes=(
            "It takes runs out of the yard's database and puts results there: the yard and it need no way to each "
            "other. Give it the yard's own DATABASE_URL and MODELYARD_SECRET_KEY, as *secrets*.",
            "Its page tells how many runs wait and run, when, and what went wrong with the worker; it names nothing "
            "that is in them. A private Space shows it to you alone.",
            "Nothing of value is on its disk: stopped, it hands its runs back; killed, another worker takes them over.",
            "A Space sleeps after two days without a visit, and its worker with it: open its page to wake it.",
        ),
        python=python,
    )
