"""Write the lock files: exact versions with hashes, and no registry's address."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMON = [
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-annotate",
    "--no-header",
    "-q",
]
LOCKS = {
    "requirements.lock": ["pyproject.toml", "--extra", "s3", "--group", "build"],
    "requirements-dev.lock": [
        "pyproject.toml",
        "--extra",
        "s3",
        "--group",
        "build",
        "--group",
        "dev",
        "-c",
        "requirements.lock",
    ],
}


def main() -> None:
    """Compile each lock from pyproject.toml, keeping what is pinned already unless `--upgrade` is given."""
    uv = str(Path(sys.executable).parent / "uv")
    for name, sources in LOCKS.items():
        subprocess.run([uv, "pip", "compile", *COMMON, *sources, *sys.argv[1:], "-o", name], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
