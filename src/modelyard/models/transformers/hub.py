"""Fetching a checkpoint from the Hugging Face hub, when somebody names one: data only, and nobody's credentials."""

import re
from pathlib import Path
from typing import Any

from modelyard.kernel.errors import Invalid, TooLarge, Unavailable
from modelyard.models.transformers.checkpoint import CONFIG_FILE
from modelyard.models.transformers.intake import is_kept

_ID = re.compile(r"(?!.*(\.\.|--))[A-Za-z0-9][\w.-]{0,95}(/[A-Za-z0-9][\w.-]{0,95})?")
OFFLINE = (
    "Download it where there is a network (`hf download <id> --local-dir folder`), and add that folder as a ZIP or "
    "with `modelyard models add folder`."
)


def is_hub_id(text: str) -> bool:
    """Say whether a text can be the id of a checkpoint on the hub."""
    return _ID.fullmatch(text) is not None


def download(hub_id: str, folder: Path, *, revision: str | None, max_bytes: int) -> None:
    """Write the files of a checkpoint that are read to `folder`; raise Invalid, TooLarge or Unavailable."""
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import (
        EntryNotFoundError,
        GatedRepoError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    try:
        names = _wanted(hub_id, revision, max_bytes)
        for name in names:
            hf_hub_download(hub_id, name, revision=revision, local_dir=folder, token=False)
    except GatedRepoError as error:
        raise Invalid(f"{hub_id} asks for an agreement on the hub first.", hint=OFFLINE) from error
    except (RepositoryNotFoundError, RevisionNotFoundError, EntryNotFoundError) as error:
        at = f" at {revision}" if revision else ""
        raise Invalid(
            f"There is no public checkpoint {hub_id}{at} on the hub.", hint="Look the id up again."
        ) from error
    except (TooLarge, Invalid):
        raise
    except Exception as error:  # a network fails in many ways, and the library passes each on as it is
        raise Unavailable(f"The hub could not be reached for {hub_id}: {_told(error)}", hint=OFFLINE) from error


def _wanted(hub_id: str, revision: str | None, max_bytes: int) -> list[str]:
    from huggingface_hub import HfApi

    info: Any = HfApi(token=False).model_info(hub_id, revision=revision, files_metadata=True, timeout=30)
    files = {file.rfilename: int(file.size or 0) for file in info.siblings or []}
    wanted = [name for name in files if is_kept(name)]
    if CONFIG_FILE not in wanted:
        raise Invalid(f"{hub_id} is no checkpoint of transformers: it has no {CONFIG_FILE}.")
    if sum(files[name] for name in wanted) > max_bytes:
        raise TooLarge(
            f"{hub_id} has {sum(files[name] for name in wanted) / 1024**3:.1f} GB of files.",
            hint="The limit is MODELYARD_MAX_UPLOAD_BYTES.",
        )
    return wanted


def _told(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
