"""A process that carries out calls one after the other: a JSON line in, a JSON line out."""

import json
import os
import sys
import traceback
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from modelyard.kernel.errors import ModelyardError
from modelyard.runs.processes import die_with_parent


def carry_out(function: str, arguments: dict[str, Any], files: Mapping[str, Path], folder: Path) -> dict[str, Any]:
    """Call the function; return `{"result": …}`, or `{"error": …}` with a sentence."""
    module, name = function.split(":")
    try:
        return {"result": getattr(import_module(module), name)(arguments, files, folder)}
    except ModelyardError as error:
        return {"error": error.message}
    except MemoryError:
        return {"error": "It needed more memory than there is."}
    except Exception as error:
        traceback.print_exc()
        last = traceback.extract_tb(error.__traceback__)[-1]
        return {"error": f"{type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno})"}


def main() -> None:
    """Serve calls from standard input until it is closed; answers go to the file descriptor named."""
    die_with_parent()
    channel = int(sys.argv[1])
    for line in sys.stdin.buffer:
        call = json.loads(line)
        files = {name: Path(path) for name, path in call["files"].items()}
        answer = carry_out(call["function"], call["arguments"], files, Path(call["folder"]))
        data = json.dumps(answer, default=str).encode() + b"\n"
        while data:
            data = data[os.write(channel, data) :]


if __name__ == "__main__":
    main()
