"""Libraries are loaded lean, and everything that needs what was left out still finds it."""

import subprocess
import sys

LOADED = "print(sorted({'pandas', 'torch'} & {name for name, module in sys.modules.items() if module is not None}))"


def said(code: str) -> str:
    command = [sys.executable, "-c", f"import sys\n{code}\n{LOADED}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_pandas_and_torch_stay_out() -> None:
    code = "from modelyard.models.libraries import load_skops\nload_skops()\nimport sklearn.ensemble, skops.io"
    assert said(code) == "[]\n"


def test_catboost_finds_pandas_afterwards() -> None:
    code = "from modelyard.models.libraries import load_skops\nload_skops()\nimport catboost"
    assert said(code) == "['pandas']\n"


def test_what_is_loaded_already_stays() -> None:
    code = "import pandas\nfrom modelyard.models.libraries import load_learning\nload_learning()"
    assert said(code) == "['pandas']\n"
