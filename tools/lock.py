"""Write the lock files: exact versions with hashes, and no registry's address."""

import subprocess
import sys
import tempfile
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
EXTRAS = ["anthropic", "catboost", "cohere", "s3", "vietnamese", "xgboost"]
"""Extras that `make run` installs: every engine that is neither huge nor at odds with the others."""
DEV_EXTRAS = [*EXTRAS, "dask", "local-llm", "qdrant", "space", "transformers"]
UNUSED = ["graphviz", "llama-cpp-python", "llm", "plotly", "torch"]
"""Left out of the locks: what CatBoost asks for to draw charts in notebooks, without which it does its work; and torch,
whose build depends on the machine (a step of its own in the Makefile)."""


def _extras(names: list[str]) -> list[str]:
    return [part for name in names for part in ("--extra", name)]


LOCKS = {
    "requirements-dev.lock": ["pyproject.toml", *_extras(DEV_EXTRAS), "--group", "build", "--group", "dev"],
    "requirements.lock": ["pyproject.toml", *_extras(EXTRAS), "--group", "build", "-c", "requirements-dev.lock"],
}
"""The wider one first: what it settles on holds for both."""


def main() -> None:
    """Compile each lock from pyproject.toml, keeping what is pinned already unless `--upgrade` is given."""
    uv = str(Path(sys.executable).parent / "uv")
    with tempfile.TemporaryDirectory() as folder:
        excludes = Path(folder) / "excludes.txt"
        excludes.write_text("\n".join(UNUSED))
        options = [*COMMON, "--excludes", str(excludes)]
        for name, sources in LOCKS.items():
            subprocess.run([uv, "pip", "compile", *options, *sources, *sys.argv[1:], "-o", name], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
