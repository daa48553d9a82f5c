"""The ZIP itself: model, card, script, signature, what must be installed, what may be done with it."""

import json
import zipfile
from pathlib import Path
from typing import Any

from modelyard.models.alone.library import library
from modelyard.models.alone.needs import requirements
from modelyard.models.card import card
from modelyard.models.tables import Model

_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_bundle(model: Model, model_file: Path, out: Path, *, engine: dict[str, Any], licence: str) -> None:
    """Write the ZIP; the same model gives the same bytes. `engine` is the engine's document, `licence` the data's."""
    texts = {
        "README.md": _readme(model),
        "card.md": card(model),
        "predict.py": (Path(__file__).parent / "predict.py").read_text(encoding="utf-8"),
        "requirements.txt": "\n".join(requirements([engine, *model.steps]).all) + "\n",
        "signature.json": _json(model.signature),
        "example.json": _json([{item["name"]: item["example"] for item in model.signature["inputs"]}]),
        "DATA-LICENCE.md": licence,
        "model.zip.sha256": f"{model.artifact_hash}  model.zip\n",
        **library(),
    }
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(model_file, "model.zip", compress_type=zipfile.ZIP_STORED)
        for name, text in texts.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), text, compress_type=zipfile.ZIP_DEFLATED)


def _readme(model: Model) -> str:
    python = ".".join(str(model.environment.get("python", "3.11")).split(".")[:2])
    return f"""# {model.name}, version {model.version}

A model that predicts without the yard it was trained in. With Python {python}:

```
pip install -r requirements.txt
python predict.py example.json --json
python predict.py rows.csv --out predictions.csv
```

- `model.zip`: the model, in formats that execute nothing when they are read; `model.zip.sha256` is checked before use
- `predict.py`: reads CSV or JSON rows and predicts, with the very code that answers calls of the endpoint (`lib`)
- `requirements.txt`: the libraries this model needs, at the versions it was served with
- `signature.json`: columns in, prediction out; `example.json`: one row of the training data
- `card.md`: how good it is, what it was made of, and what its figures cannot say
- `DATA-LICENCE.md`: what is known about the rights to the data
"""


def _json(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
