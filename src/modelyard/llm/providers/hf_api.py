"""Inference Providers of Hugging Face."""

from collections.abc import Sequence
from typing import ClassVar, Literal
from urllib.parse import quote

from modelyard.kernel.kinds import Parameter
from modelyard.llm.bridge import unit_vectors
from modelyard.llm.openai_like import OpenAiLike
from modelyard.llm.posting import post_json
from modelyard.llm.provider import Access, Embedded, TextIs

ROUTER = "https://router.huggingface.co/v1"


class HfApi(OpenAiLike):
    """LLMs and embedders that Hugging Face's Inference Providers serve, with a token of Hugging Face.

    Name them as on the hub, such as `meta-llama/Llama-3.3-70B-Instruct`; with `:` and the name of a provider behind it
    (`…:together`) that one serves it, with `:cheapest` or `:fastest` the router chooses. What an answer cost is unknown
    unless you state what a million tokens cost.
    """

    kind: Literal["hf_api"] = "hf_api"
    base_url: str = Parameter(
        ROUTER, max_length=500, advanced=True, description="Address of the router, or of an endpoint of your own."
    )

    title: ClassVar[str] = "Hugging Face"
    group: ClassVar[str] = "hosted"
    icon: ClassVar[str] = "cloud"
    needs_secret: ClassVar[bool] = True
    key_setting: ClassVar[str | None] = "hf_api_key"
    own_address: ClassVar[str] = ROUTER

    async def _embed(self, texts: Sequence[str], text_is: TextIs, access: Access) -> Embedded:
        # What is below /v1 is for answers only.
        host, name = self.base_url.removesuffix("/v1"), quote(self.model)
        url = f"{host}/hf-inference/models/{name}/pipeline/feature-extraction"
        rows = await post_json(url, {"inputs": list(texts), "normalize": True, "truncate": True}, access, self.model)
        return Embedded(unit_vectors(rows, self.model))
