"""The recipe of the image: two stages, UID 1000, nothing left of the build."""

import json
from collections.abc import Mapping

from modelyard.deploy.bundling.pins import requirements_file
from modelyard.deploy.subject import Subject, Variable

HOME = "/home/user"
LIGHTEN = (
    "find /opt/venv -type d -name tests -prune -exec rm -r {} + \\\n"
    "    && find /opt/venv -name '*.abi3.so' -exec strip --strip-unneeded {} +"
)
"""Leaves out the libraries' own tests, and the names of functions in what Rust compiled: only its traces show them.

Other libraries are left as they are: `auditwheel` moved their parts about, and `strip` is known to break such files.
"""
_IGNORED = (
    ".git",
    "__pycache__",
    "*.pyc",
    ".env",
    ".env.*",
    "!.env.example",
    "*.sqlite*",
    "*.db",
    ".venv",
    "node_modules",
)


def image_files(subject: Subject, *, port: int, settings: Mapping[str, str] | None = None) -> dict[str, bytes]:
    """Return Dockerfile, `.dockerignore`, entrypoint, requirements and what the image holds.

    `port` is where it listens when the platform does not say (`PORT`); `settings` come on top of the subject's.
    """
    files = {
        "Dockerfile": _dockerfile(subject, port, {**subject.settings, **(settings or {})}),
        ".dockerignore": "".join(f"{line}\n" for line in (*_IGNORED, ".modelyard-bundle.json", "*.md", "vercel")),
        "entrypoint.sh": _entrypoint(subject),
        "requirements.txt": requirements_file(subject.requirements),
        ".env.example": env_example(subject.environment),
    }
    written = {path: text.encode() for path, text in files.items()}
    if subject.wheel is not None:
        name, content = subject.wheel
        written[f"wheels/{name}"] = content
    return {**written, **subject.files}


def env_example(names: tuple[Variable, ...]) -> str:
    """Return `.env.example`: what to set, what it is, and which of them are secrets."""
    parts = []
    for one in names:
        need = "required" if one.is_required else "optional"
        parts.append(f"# {one.meaning}\n# {one.kind}, {need}\n{one.name}={one.example}\n")
    return "\n".join(parts)


def _dockerfile(subject: Subject, port: int, settings: Mapping[str, str]) -> str:
    environment = {
        "HOME": HOME,
        "PATH": "/opt/venv/bin:/usr/local/bin:/usr/bin:/bin",
        "PYTHONUNBUFFERED": "1",
        "OMP_NUM_THREADS": "1",
        "HF_HOME": f"{HOME}/.cache/huggingface",
        "HOST": "0.0.0.0",  # noqa: S104 — in a container the platform's proxy is outside
        "PORT": str(port),
        **settings,
    }
    lines = " \\\n    ".join(f"{name}={_quoted(value)}" for name, value in environment.items())
    copied = "".join(f"COPY --chown=1000:1000 {folder} {HOME}/{folder}\n" for folder in _tops(subject.files))
    return f"""\
# Built on any Linux host; runs as UID 1000, writes only below {HOME} and /tmp.
FROM python:{subject.python}-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python3 -m venv /opt/venv
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends binutils
COPY requirements.txt /build/
RUN /opt/venv/bin/pip install --only-binary :all: --no-deps -r /build/requirements.txt{_install(subject)}RUN {LIGHTEN}

FROM python:{subject.python}-slim
{_apt(subject)}RUN useradd --uid 1000 --create-home user
COPY --from=build /opt/venv /opt/venv
USER 1000
ENV {lines}
WORKDIR {HOME}
COPY --chown=1000:1000 entrypoint.sh {HOME}/
{copied}EXPOSE {port}
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s CMD ["python3", "-c", \
"import os, urllib.request as u; \
u.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '{subject.health_path}', timeout=4)"]
CMD ["sh", "{HOME}/entrypoint.sh"]
"""


def _install(subject: Subject) -> str:
    """Return what goes on after the libraries: installs the package and leaves no installer behind."""
    leave = "/opt/venv/bin/pip uninstall --yes setuptools pip"
    if subject.wheel is None:
        return f" \\\n    && {leave}\n"
    name, _ = subject.wheel
    return f"\nCOPY wheels/{name} /build/\nRUN /opt/venv/bin/pip install --no-deps /build/{name} \\\n    && {leave}\n"


def _apt(subject: Subject) -> str:
    if not subject.apt:
        return ""
    # The libraries' version is Debian's own: pinning it would break the build at its next release.
    return f"""\
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends {" ".join(subject.apt)} \\
    && rm -rf /var/lib/apt/lists/*
"""


def _tops(files: Mapping[str, bytes]) -> list[str]:
    return sorted({path.split("/")[0] for path in files})


def _quoted(value: str) -> str:
    return (
        value
        if value.replace("/", "").replace(".", "").replace("_", "").replace(":", "").isalnum()
        else json.dumps(value)
    )


def _entrypoint(subject: Subject) -> str:
    before = (
        "# Waits for the database while it wakes, brings it to the schema of this version under a lock, then serves.\n"
        if subject.needs_database
        else ""
    )
    return f"#!/bin/sh\n{before}set -eu\nexec {' '.join(subject.command)}\n"
