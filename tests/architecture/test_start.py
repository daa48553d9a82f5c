"""Starting is cheap: the API imports nothing heavy before somebody asks for it."""

import json
import subprocess
import sys

HEAVY = {"sklearn", "pandas", "numpy", "scipy", "lightgbm", "polars", "pyarrow", "altair", "skops", "fastexcel"}


def test_the_api_starts_without_heavy_libraries() -> None:
    code = (
        "import json, sys\n"
        "from modelyard.doors.api.app import create_app\n"
        "from modelyard.kernel.kinds import families\n"
        "from modelyard.kernel.settings import Settings\n"
        "create_app(Settings())\n"
        "[family.cards() for family in families().values()]\n"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not HEAVY & set(json.loads(loaded))
