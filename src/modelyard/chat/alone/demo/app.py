"""Show the collection beside this script as a Gradio page: what a Space with the SDK Gradio starts.

`CALLS_PER_MINUTE` says how often one visitor may ask. Answers are excerpts, word for word, unless
`MODELYARD_OPENAI_MODEL` names an LLM, of OpenAI or of the server at `MODELYARD_OPENAI_BASE_URL`, with the key
`MODELYARD_OPENAI_API_KEY`.
"""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "lib"))

from modelyard.chat.alone.demo.page import build_page  # noqa: E402
from modelyard.chat.alone.service.collection import read_collection  # noqa: E402
from modelyard.endpoints.alone.gradio_page import launch  # noqa: E402
from modelyard.endpoints.alone.visitors import CALLS_PER_MINUTE  # noqa: E402
from modelyard.kernel.proxies import PRIVATE_NETWORKS  # noqa: E402

if __name__ == "__main__":
    os.environ.setdefault("FORWARDED_ALLOW_IPS", PRIVATE_NETWORKS)  # whose word on a visitor's address counts
    launch(
        build_page(
            read_collection(HERE), calls_per_minute=int(os.environ.get("CALLS_PER_MINUTE", str(CALLS_PER_MINUTE)))
        ),
        host=os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1"),
        port=int(os.environ.get("GRADIO_SERVER_PORT", "7860")),
    )
