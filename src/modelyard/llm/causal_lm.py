"""A checkpoint that writes text, in this process: examined before it is loaded, one at a time, none of its code run."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelyard.kernel.errors import Invalid, ModelyardError
from modelyard.kernel.memory import refuse_too_large
from modelyard.kernel.weights import SUFFIX, read_weights
from modelyard.llm.errors import LlmTooLong
from modelyard.llm.provider import Message

CONFIG = "config.json"
TOKENIZER = "tokenizer.json"
WANTED = (CONFIG, TOKENIZER, "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja", f"*{SUFFIX}")
"""Files of a checkpoint that are read: data alone."""
_IGNORED = ("auto_map", "quantization_config", "attn_implementation", "_attn_implementation",
            "_name_or_path", "use_kernels")  # fmt: skip
"""Entries of a configuration that can make the library fetch or run code that is not its own."""
LIBRARY_BYTES = 400 * 1024**2
LOAD_FACTOR = 1.25
"""Peak of loading and writing beside the weights themselves, as they are stored."""
_USUAL_CONTEXT = 2048
_LOAD_HINT = "Choose a smaller checkpoint, or serve it elsewhere (vLLM, Ollama) and add it as `openai`."


@dataclass(frozen=True)
class Checkpoint:
    """What is known of a checkpoint without loading it."""

    folder: Path
    config: dict[str, Any]
    weight_bytes: int

    @property
    def needed_bytes(self) -> int:
        """About how much memory it takes, the libraries included."""
        return LIBRARY_BYTES + int(LOAD_FACTOR * self.weight_bytes)

    @property
    def context_tokens(self) -> int:
        """How much it reads and writes at once."""
        stated = (self.config.get(name) for name in ("max_position_embeddings", "n_positions", "n_ctx"))
        return next((value for value in stated if isinstance(value, int) and value > 0), _USUAL_CONTEXT)


@dataclass
class Written:
    """How an answer ended, known once all its pieces are read."""

    n_input_tokens: int = 0
    n_output_tokens: int = 0
    is_cut: bool = False


def examine(folder: Path) -> Checkpoint:
    """Return what the folder holds; raise Invalid for one that is no checkpoint, or is cut off."""
    weights = sorted(folder.glob(f"*{SUFFIX}"))
    for name, is_there in ((CONFIG, (folder / CONFIG).is_file()), (TOKENIZER, (folder / TOKENIZER).is_file()),
                           ("model.safetensors", bool(weights))):  # fmt: skip
        if not is_there:
            raise Invalid(
                f"There is no {name} in this checkpoint.",
                hint="`save_pretrained` of transformers writes all that is needed; other formats run code.",
            )
    read_weights(weights)  # refuses files that are cut off
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        config = None
    if not isinstance(config, dict) or not isinstance(config.get("model_type"), str):
        raise Invalid(f"The {CONFIG} of this checkpoint names no architecture.", hint="Save the checkpoint again.")
    size = sum(path.stat().st_size for path in weights)
    return Checkpoint(folder, {name: value for name, value in config.items() if name not in _IGNORED}, size)


class CausalLm:
    """One checkpoint in memory; answers are written one after another."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer
        from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

        if checkpoint.config["model_type"] not in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES:
            raise Invalid(
                f"The architecture {checkpoint.config['model_type'][:80]!r} is not one that transformers writes with.",
                hint="A checkpoint that brings its own code is never run; take one of a known architecture.",
            )
        reading = {"local_files_only": True, "trust_remote_code": False}
        self.checkpoint = checkpoint
        self._tokenizer: Any = AutoTokenizer.from_pretrained(checkpoint.folder, use_fast=True, **reading)
        network: Any = AutoModelForCausalLM.from_pretrained(
            checkpoint.folder,
            config=AutoConfig.for_model(**checkpoint.config),
            use_safetensors=True,
            dtype="auto",
            **reading,
        )
        self._network = network.eval().requires_grad_(False)
        self._turn = threading.Lock()

    def write(
        self,
        messages: Sequence[Message],
        written: Written,
        *,
        max_tokens: int,
        temperature: float,
        seed: int | None,
        is_stopped: Callable[[], bool],
    ) -> Iterator[str]:
        """Yield an answer piece by piece; blocking. Raises LlmTooLong."""
        import torch
        from transformers import StoppingCriteria, StoppingCriteriaList, TextIteratorStreamer

        ids = self._read(messages)
        written.n_input_tokens = int(ids.shape[1])
        room = self.checkpoint.context_tokens - written.n_input_tokens
        if room < 1:
            raise LlmTooLong(f"The request has {written.n_input_tokens:,} tokens, too many for this checkpoint.")
        allowed = min(max_tokens, room)

        class Stop(StoppingCriteria):
            def __call__(self, input_ids: Any, scores: Any, **kwargs: Any) -> Any:
                written.n_output_tokens = int(input_ids.shape[1]) - written.n_input_tokens
                return torch.full((input_ids.shape[0],), is_stopped(), dtype=torch.bool)

        streamer = TextIteratorStreamer(self._tokenizer, skip_prompt=True, skip_special_tokens=True)
        failed: list[BaseException] = []

        def generate() -> None:
            try:
                with self._turn, torch.random.fork_rng(), torch.inference_mode():
                    torch.manual_seed(seed or 0)
                    self._network.generate(
                        ids,
                        attention_mask=torch.ones_like(ids),
                        max_new_tokens=allowed,
                        streamer=streamer,
                        stopping_criteria=StoppingCriteriaList([Stop()]),
                        pad_token_id=self._tokenizer.pad_token_id or self._tokenizer.eos_token_id,
                        do_sample=temperature > 0,
                        temperature=temperature or None,
                    )
            except BaseException as error:
                failed.append(error)
                streamer.text_queue.put(streamer.stop_signal)

        thread = threading.Thread(target=generate, name="causal-lm", daemon=True)
        thread.start()
        yield from (piece for piece in streamer if piece)
        thread.join()
        if failed:
            raise failed[0]
        written.is_cut = written.n_output_tokens >= allowed

    def _read(self, messages: Sequence[Message]) -> Any:
        """Return the tokens of a conversation: as the checkpoint's template has it, else as plain lines."""
        turns = [{"role": message.role, "content": message.text} for message in messages]
        if self._tokenizer.chat_template:
            text = self._tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
            return self._tokenizer(text, return_tensors="pt", add_special_tokens=False).input_ids
        text = "\n".join(f"{turn['role']}: {turn['content']}" for turn in turns) + "\nassistant:"
        return self._tokenizer(text, return_tensors="pt").input_ids


_loading = threading.Lock()
_loaded: list[tuple[tuple[str, int], CausalLm]] = []


def causal_lm(folder: Path, memory_bytes: int) -> CausalLm:
    """Return the checkpoint in memory; loading one lets the one before go. Raises Invalid when it is too large."""
    key = (str(folder), (folder / CONFIG).stat().st_mtime_ns if (folder / CONFIG).is_file() else 0)
    with _loading:
        for known, found in _loaded:
            if known == key:
                return found
        checkpoint = examine(folder)
        refuse_too_large(checkpoint.needed_bytes, memory_bytes, what=folder.name, hint=_LOAD_HINT)
        _loaded.clear()
        try:
            _loaded.append((key, CausalLm(checkpoint)))
        except ModelyardError:
            raise
        except Exception as error:  # the library fails in many ways on files that are not as it expects
            raise Invalid(f"transformers cannot read {folder.name}.", hint=f"It says: {_told(error)}") from error
        return _loaded[0][1]


def _told(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
