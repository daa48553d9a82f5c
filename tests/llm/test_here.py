"""LLMs on this machine: a llama.cpp process, and a checkpoint of transformers in this one."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import family
from modelyard.kernel.settings import Settings
from modelyard.llm.client import Client
from modelyard.llm.errors import LlmRefusedRequest, LlmTooLong, LlmUnavailable
from modelyard.llm.provider import Access, Message, Text, Tool, Wish

os.environ["HF_HUB_OFFLINE"] = "1"
ASKED = (Message("system", "Be short."), Message("user", "Is 'I love it' positive or negative?"))


def client_of(kind: str, settings: Settings | None = None, **parameters: Any) -> Client:
    provider = family("provider").parse({"kind": kind, **parameters})
    access = Access(None, settings or Settings(llm_max_attempts=1, allow_private_addresses=False))
    return Client(provider, access, llm_id=None, owner_id=None, ledger=None)


class TestLocal:
    @pytest.fixture(scope="class")
    @staticmethod
    def client() -> Iterator[Client]:
        pytest.importorskip("xllamacpp", reason="pip install modelyard[local-llm]")
        from modelyard.llm import local_process

        yield client_of("local")
        for llm in local_process._llms.values():
            llm.end_if_idle(0)
            assert llm._process is None

    def test_it_answers_what_a_schema_allows_even_where_private_addresses_are_refused(self, client: Client) -> None:
        schema = {
            "type": "object",
            "properties": {"sentiment": {"enum": ["positive", "negative"]}},
            "required": ["sentiment"],
            "additionalProperties": False,
        }
        answered = client.complete_text(ASKED, Wish(max_tokens=40, schema=schema))
        assert '"sentiment"' in answered.text
        assert (answered.usage.cost_usd, answered.usage.is_estimated) == (0.0, False)
        assert answered.usage.n_input_tokens > 20

    def test_an_answer_is_broken_off_and_what_is_too_long_is_refused(self, client: Client) -> None:
        async def first() -> str:
            async with aclosing(client.complete(ASKED, Wish(max_tokens=2000))) as pieces:
                piece = await anext(pieces)
                return piece.text if isinstance(piece, Text) else ""

        assert asyncio.run(first())
        with pytest.raises(LlmTooLong):
            client.complete_text([Message("user", "word " * 9000)], Wish(max_tokens=5))
        assert client.complete_text(ASKED, Wish(max_tokens=2)).end.finish == "length"

    def test_a_process_that_died_is_started_again(self, client: Client) -> None:
        from modelyard.llm import local_process

        for llm in local_process._llms.values():
            if llm._process is not None:
                llm._process.kill()
                llm._process.wait()
        assert client.complete_text(ASKED, Wish(max_tokens=2)).text

    def test_what_does_not_fit_is_refused_and_a_broken_file_does_not_start(
        self, client: Client, tmp_path: Path
    ) -> None:
        broken = tmp_path / "broken.gguf"
        broken.write_bytes(b"GGUF" + bytes(1000))
        with pytest.raises(LlmUnavailable, match="does not start"):
            client_of("local", file=str(broken)).complete_text(ASKED)
        small = Settings(model_memory_bytes=50 * 1024**2)
        with pytest.raises(Invalid, match="of memory"):
            client_of("local", small, context_tokens=1024).complete_text(ASKED)


class TestTransformers:
    @pytest.fixture(scope="class")
    @staticmethod
    def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
        """A tiny checkpoint with random weights and a context of 64 tokens."""
        import torch
        from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

        from tests.models.transformers.tiny import tokenizer

        folder = tmp_path_factory.mktemp("checkpoint") / "tiny"
        words = PreTrainedTokenizerFast(tokenizer_object=tokenizer("roberta"), eos_token="</s>", pad_token="<pad>")
        words.save_pretrained(folder)
        torch.manual_seed(0)
        config = LlamaConfig(vocab_size=len(words), hidden_size=32, intermediate_size=64, num_hidden_layers=2,
                             num_attention_heads=2, max_position_embeddings=64, eos_token_id=None, pad_token_id=1,
                             bos_token_id=0)  # fmt: skip
        LlamaForCausalLM(config).save_pretrained(folder)
        return folder

    def test_it_writes_in_pieces_the_same_twice_and_to_the_end_of_its_context(self, folder: Path) -> None:
        client = client_of("transformers", Settings(), model=str(folder))
        asked = [Message("user", "great coffee")]
        first, second = (client.complete_text(asked, Wish(max_tokens=10)) for _ in range(2))
        assert first.text == second.text
        assert (first.usage.n_output_tokens, first.end.finish) == (10, "length")
        drawn = [client.complete_text(asked, Wish(max_tokens=10, temperature=2.0, seed=i)).text for i in (1, 1, 2)]
        assert drawn[0] == drawn[1] != drawn[2]
        whole = client.complete_text(asked, Wish(max_tokens=1000)).usage
        assert whole.n_input_tokens + whole.n_output_tokens == 64
        with pytest.raises(LlmTooLong):
            client.complete_text([Message("user", "great coffee " * 50)])
        with pytest.raises(LlmRefusedRequest, match="tools"):
            client.complete_text(asked, Wish(tools=(Tool("t", "", {}),)))

    def test_whoever_leaves_stops_the_writing(self, folder: Path) -> None:
        from modelyard.llm.causal_lm import causal_lm

        client = client_of("transformers", Settings(), model=str(folder))

        async def first() -> None:
            async with aclosing(client.complete([Message("user", "great")], Wish(max_tokens=60))) as pieces:
                await anext(pieces)

        asyncio.run(first())
        assert causal_lm(folder, 2**31)._turn.acquire(timeout=10), "it still writes"
        causal_lm(folder, 2**31)._turn.release()

    def test_it_is_refused_before_it_is_loaded_when_it_does_not_fit(self, folder: Path) -> None:
        provider = family("provider").parse({"kind": "transformers", "model": str(folder)})
        with pytest.raises(Invalid, match="of memory") as refused:
            provider.check(Access(None, Settings(model_memory_bytes=100 * 1024**2)))
        assert refused.value.fields[0].path == ("provider", "model")
        strict = Settings(environment="production", secret_key="k" * 32)
        with pytest.raises(Invalid, match="not read"):
            provider.check(Access(None, strict))

    def test_what_is_no_checkpoint_is_refused(self, folder: Path, tmp_path: Path) -> None:
        def refused(model: str) -> str:
            with pytest.raises(Invalid) as error:
                family("provider").parse({"kind": "transformers", "model": model}).check(Access(None, Settings()))
            return error.value.message

        assert "no folder" in refused("/nowhere")
        assert "config.json" in refused(str(tmp_path))
        cut = tmp_path / "cut"
        cut.mkdir()
        for file in folder.iterdir():
            (cut / file.name).write_bytes(file.read_bytes())
        (cut / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:-100])
        assert "bytes where its header states" in refused(str(cut))
        (cut / "config.json").write_text("[]")
        assert refused(str(cut))

    def test_a_checkpoint_of_the_hub_that_cannot_be_fetched_says_what_to_do(self, tmp_path: Path) -> None:
        client = client_of("transformers", Settings(data=tmp_path, llm_max_attempts=1), model="nobody/nothing-at-all")
        with pytest.raises(LlmUnavailable, match="hub could not be reached") as failed:
            client.complete_text([Message("user", "x")])
        assert "local-dir" in str(failed.value.hint)
        assert not list((tmp_path / "llms").iterdir())
