"""Serve the collection beside this script: `python serve.py`, then open the page it listens on.

`HOST` and `PORT` say where it listens, `ALLOWED_ORIGINS` whose pages may call it (with commas between; empty: only its
own), `CALLS_PER_MINUTE` how often one visitor may. Answers are excerpts, word for word, unless `MODELYARD_OPENAI_MODEL`
names an LLM, of OpenAI or of the server at `MODELYARD_OPENAI_BASE_URL`, with the key `MODELYARD_OPENAI_API_KEY`.
SIGTERM lets answers that have begun end.
"""

import os
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "lib"))

from modelyard.chat.alone.service.app import create_app  # noqa: E402
from modelyard.chat.alone.service.collection import read_collection  # noqa: E402
from modelyard.endpoints.alone.visitors import CALLS_PER_MINUTE  # noqa: E402
from modelyard.kernel.proxies import PRIVATE_NETWORKS  # noqa: E402


def service() -> FastAPI:
    """Return the service of the collection beside this script, as the environment sets it."""
    return create_app(
        read_collection(HERE),
        HERE / "page",
        origins=[origin.strip() for origin in os.environ.get("ALLOWED_ORIGINS", "").split(",") if origin.strip()],
        calls_per_minute=int(os.environ.get("CALLS_PER_MINUTE", str(CALLS_PER_MINUTE))),
    )


if __name__ == "__main__":
    uvicorn.run(
        service(),
        host=os.environ.get("HOST", "127.0.0.1"),
        port=int(os.environ.get("PORT", "7860")),
        proxy_headers=True,
        forwarded_allow_ips=os.environ.get("TRUSTED_PROXIES", PRIVATE_NETWORKS),
        timeout_graceful_shutdown=20,
        server_header=False,
    )
