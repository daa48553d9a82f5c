"""The part of this package that a model needs to predict, as files below `lib`."""

from importlib.metadata import distribution

from modelyard.models.alone.needs import OURS, modules

_FAMILIES = {"engine": "modelyard.models.engine:Engine", "node": "modelyard.workflows.node:Node"}
_KINDS = {"engines": "modelyard.models.engines", "nodes": "modelyard.workflows.nodes"}


def library(*entrances: str) -> dict[str, str]:
    """Return the part of this package that predicts, with the metadata by which it finds its kinds.

    `entrances` are modules that are started beside it.
    """
    ours = distribution(OURS)
    folder = f"lib/{OURS}-{ours.version}.dist-info"
    points = [
        *("[modelyard.families]", *(f"{name} = {place}" for name, place in _FAMILIES.items()), ""),
        *("[modelyard.kinds]", *(f"{name} = {place}" for name, place in _KINDS.items()), ""),
    ]
    files = {
        f"lib/{name.replace('.', '/')}{'/__init__' if path.name == '__init__.py' else ''}.py": path
        for name, path in sorted(modules(*entrances).items())
    }
    return {
        **{name: path.read_text(encoding="utf-8") for name, path in files.items()},
        f"{folder}/METADATA": f"Metadata-Version: 2.1\nName: {OURS}\nVersion: {ours.version}\nLicense: Apache-2.0\n",
        f"{folder}/entry_points.txt": "\n".join(points),
        f"{folder}/LICENSE": ours.read_text("licenses/LICENSE") or "Apache License, Version 2.0\n",
    }
