"""Show the model beside this script as a Gradio page: what a Space with the SDK Gradio starts."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "lib"))

from modelyard.endpoints.alone.gradio_page import launch  # noqa: E402
from modelyard.models.alone.demo.page import build_page  # noqa: E402
from modelyard.models.alone.demo.subject import subject_of_model  # noqa: E402
from modelyard.models.alone.service.model import read_model  # noqa: E402

if __name__ == "__main__":
    launch(
        build_page(subject_of_model(read_model(HERE))),
        host=os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1"),
        port=int(os.environ.get("GRADIO_SERVER_PORT", "7860")),
    )
