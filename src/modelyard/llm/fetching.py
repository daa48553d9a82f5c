"""Fetching a checkpoint from the Hugging Face hub: data only, nobody's credentials, whole or not at all."""

import shutil
import tempfile
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from modelyard.kernel.errors import Invalid, StorageFull, TooLarge
from modelyard.llm.causal_lm import WANTED
from modelyard.llm.errors import LlmRefusedRequest, LlmUnavailable

_OFFLINE = "Download it where there is a network (`hf download <id> --local-dir folder`), and enter that folder."


def fetch_checkpoint(hub_id: str, folder: Path, *, max_bytes: int, min_free_bytes: int) -> None:
    """Write the files of a checkpoint that are read to `folder`.

    Raises TooLarge or StorageFull before a byte of it is fetched, LlmRefusedRequest and LlmUnavailable.
    """
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetching-") as made:
        try:
            free = shutil.disk_usage(made).free - min_free_bytes
            for name in _wanted(hub_id, max_bytes, free):
                hf_hub_download(hub_id, name, local_dir=made, token=False)
        except GatedRepoError as error:
            raise LlmRefusedRequest(f"{hub_id} asks for an agreement on the hub first.", hint=_OFFLINE) from error
        except RepositoryNotFoundError as error:
            raise LlmRefusedRequest(f"There is no public checkpoint {hub_id} on the hub.") from error
        except (Invalid, TooLarge, StorageFull):
            raise
        except Exception as error:  # a network fails in many ways, and the library passes each on as it is
            raise LlmUnavailable(f"The hub could not be reached for {hub_id}.", hint=_OFFLINE) from error
        shutil.rmtree(folder, ignore_errors=True)
        Path(made).rename(folder)
        Path(made).mkdir()  # what the temporary folder removes at its end


def _wanted(hub_id: str, max_bytes: int, free_bytes: int) -> list[str]:
    from huggingface_hub import HfApi

    info: Any = HfApi(token=False).model_info(hub_id, files_metadata=True, timeout=30)
    files = {file.rfilename: int(file.size or 0) for file in info.siblings or []}
    wanted = [name for name in files if any(fnmatch(name, pattern) for pattern in WANTED) and "/" not in name]
    if "config.json" not in wanted:
        raise Invalid(f"{hub_id} is no checkpoint of transformers: it has no config.json.")
    if (size := sum(files[name] for name in wanted)) > max_bytes:
        raise TooLarge(
            f"{hub_id} has {size / 1024**3:.1f} GB of files.", hint="The limit is MODELYARD_MODEL_MEMORY_BYTES."
        )
    if size > free_bytes:
        raise StorageFull(f"There is no room for {hub_id}: it has {size / 1024**3:.1f} GB of files.")
    return wanted
