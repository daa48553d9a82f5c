"""Where Python code loads models, which ones, and how much memory they want."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from modelyard.deploy.code.python.code import Call, Folded, PythonCode

HUB: dict[str, tuple[int, str]] = {
    "sentence_transformers.SentenceTransformer": (0, "model_name_or_path"),
    "sentence_transformers.CrossEncoder": (0, "model_name"),
    "sentence_transformers.cross_encoder.CrossEncoder": (0, "model_name"),
    "transformers.pipeline": (1, "model"),
    "transformers.pipelines.pipeline": (1, "model"),
    "langchain_huggingface.HuggingFaceEmbeddings": (99, "model_name"),
    "langchain_community.embeddings.HuggingFaceEmbeddings": (99, "model_name"),
    "langchain.embeddings.HuggingFaceEmbeddings": (99, "model_name"),
    "langchain_community.embeddings.HuggingFaceBgeEmbeddings": (99, "model_name"),
    "faster_whisper.WhisperModel": (0, "model_size_or_path"),
    "whisper.load_model": (0, "name"),
    "fastembed.TextEmbedding": (0, "model_name"),
    "vllm.LLM": (0, "model"),
    "llama_cpp.Llama": (0, "model_path"),
    "llama_cpp.Llama.from_pretrained": (99, "filename"),
    "unsloth.FastLanguageModel.from_pretrained": (0, "model_name"),
    "unsloth.FastVisionModel.from_pretrained": (0, "model_name"),
    "unsloth.FastModel.from_pretrained": (0, "model_name"),
    "keybert.KeyBERT": (0, "model"),
    "flair.models.SequenceTagger.load": (0, "model"),
}
"""Functions that load a model by its name: position and keyword of it."""
NOT_MODELS = re.compile(r"Tokenizer|Processor|Config|FeatureExtractor|Scheduler|Collator|Dataset", re.IGNORECASE)
_SIZE = re.compile(r"(?<![\w.])(?:(\d+)x)?(\d+(?:\.\d+)?)[ _-]?([bBmM])(?![a-zA-Z0-9])")
KNOWN_MILLIONS: tuple[tuple[str, float], ...] = (
    *(("gpt2-xl", 1558), ("gpt2-large", 774), ("gpt2-medium", 355), ("distilgpt2", 82), ("gpt2", 124)),
    *(("paraphrase-multilingual-minilm", 118), ("multi-qa-minilm", 23), ("all-minilm-l12", 33), ("minilm-l12", 33)),
    *(("minilm", 23), ("all-mpnet", 109), ("paraphrase-multilingual-mpnet", 278), ("mpnet-base", 109)),
    *(("bge-m3", 568), ("bge-large", 335), ("bge-base", 109), ("bge-small", 33), ("bge-reranker-base", 278)),
    *(("multilingual-e5-large", 560), ("multilingual-e5-base", 278), ("e5-large", 335), ("e5-base", 109)),
    *(("e5-small", 33), ("gte-large", 335), ("gte-base", 109), ("gte-small", 33), ("nomic-embed", 137)),
    *(("flan-t5-xxl", 11300), ("flan-t5-xl", 2850), ("flan-t5-large", 783), ("flan-t5-base", 248)),
    *(("flan-t5-small", 77), ("t5-large", 738), ("t5-base", 223), ("t5-small", 61), ("bart-large", 406)),
    *(("bart-base", 139), ("distilbart", 306), ("pegasus", 568), ("distilbert", 66), ("distilroberta", 82)),
    *(("xlm-roberta-large", 560), ("xlm-roberta-base", 278), ("roberta-large", 355), ("roberta-base", 125)),
    *(("deberta-v3-large", 435), ("deberta-v3-base", 184), ("bert-large", 335), ("bert-base", 110)),
    *(("finbert", 110), ("albert-base", 12), ("opus-mt", 77), ("stable-diffusion-xl", 3500), ("sdxl", 3500)),
    *(("stable-diffusion", 1070), ("flux.1", 16000), ("clip-vit-large", 428), ("clip-vit-base", 151)),
    *(("blip2", 3700), ("blip-image-captioning-large", 470), ("blip", 247), ("vit-base", 86), ("vit-large", 304)),
    *(("phi-3-mini", 3800), ("phi-3.5-mini", 3800), ("phi-2", 2700), ("phi-4", 14700), ("starcoder2-15b", 15000)),
    *(("whisper-large", 1550), ("whisper-medium", 769), ("whisper-small", 244), ("whisper-base", 74)),
    *(("whisper-tiny", 39), ("large-v3", 1550), ("large-v2", 1550), ("speecht5", 144), ("bark", 1200)),
)
"""Millions of parameters by a part of the name, the longer names first."""
WHISPER = {"tiny": 39, "base": 74, "small": 244, "medium": 769, "large": 1550, "turbo": 809}
HALF = ("float16", "bfloat16", "half", "fp16", "bf16")
DEFAULT_BYTES, LARGE_BYTES = 4.0, 2.0
"""Per parameter where the code does not say: small models are kept in 32 bits, large ones in 16."""
LARGE = 1e9
OVERHEAD = 1.2
"""What loading and answering take on top of the weights."""
RUNTIME_BYTES = 350_000_000
"""A process that has imported torch."""


@dataclass(frozen=True, eq=False)
class Loader:
    """One live call that loads a model."""

    call: Call
    names: tuple[Folded, ...]
    """The names it can be given; empty when they cannot be told."""

    @property
    def is_import_time(self) -> bool:
        """Whether it stands at module level."""
        return self.call.function is None

    def heaviest(self) -> tuple[str, float] | None:
        """Return the largest model by name and the bytes it wants in memory; None when no size is known."""
        known = [
            (name.text, n * self._bytes_each(name.text, n) * OVERHEAD + RUNTIME_BYTES)
            for name in self.names
            if (n := n_parameters(name.text, is_whisper="whisper" in self.call.name)) is not None
        ]
        return max(known, key=lambda one: one[1], default=None)

    def _bytes_each(self, name: str, n: float) -> float:
        """Return how many bytes a parameter takes, as the arguments and the name say."""
        lowered = name.lower()
        if (quantised := re.search(r"(?:^|[-_.])i?q([2-8])(?:_|\b)", lowered)) is not None:
            return int(quantised[1]) / 8 * 1.15
        source = self.call.module.source
        small = [one for one in self.call.node.keywords if one.arg and _is_small(one.value)]
        told = " ".join(f"{one.arg}={source(one.value)}" for one in small)
        if re.search(r"load_in_4bit=True|4bit", told) or re.search(r"gptq|awq|[-_]4bit|int4", lowered):
            return 0.6
        if self.call.name.startswith("unsloth.") and "load_in_4bit=False" not in told:
            return 0.6  # its default
        if "load_in_8bit=True" in told or "int8" in told or re.search(r"8bit|int8", lowered):
            return 1.1
        if any(word in told for word in HALF):
            return 2.0
        return 4.0 if "float32" in told else LARGE_BYTES if n >= LARGE else DEFAULT_BYTES


def loaders(python: PythonCode) -> Iterator[Loader]:
    """Yield the live calls that load a model by its name on the Hub or from a file."""
    for call in python.calls(*HUB, ".from_pretrained", ".from_model_id"):
        if call.name in HUB:
            position, keyword = HUB[call.name]
        elif call.name.endswith((".from_pretrained", ".from_model_id")) and not NOT_MODELS.search(call.name):
            position, keyword = 0, "pretrained_model_name_or_path"
            keyword = "model_id" if call.name.endswith("model_id") else keyword
        else:
            continue
        node = call.argument(position, keyword)
        yield Loader(call, python.possible(node, call.module) if node is not None else ())


def n_parameters(name: str, *, is_whisper: bool = False) -> float | None:
    """Return how many parameters a model has, by its name; None when it does not tell."""
    lowered = name.lower().rpartition("/")[2]
    if is_whisper and (n := WHISPER.get(lowered.partition("-")[0].partition(".")[0])) is not None:
        return n * 1e6
    if found := _SIZE.search(lowered.replace("_", "-")):
        times = int(found[1]) * 0.85 if found[1] else 1
        return times * float(found[2]) * (1e9 if found[3].lower() == "b" else 1e6)
    return next((millions * 1e6 for part, millions in KNOWN_MILLIONS if part in lowered), None)


def _is_small(node: ast.expr) -> bool:
    """Say whether an argument is short enough to be read as it is written."""
    return isinstance(node, ast.Constant | ast.Name | ast.Attribute | ast.Call)
