"""What single calls do: ask a language model, write."""

import ast
import re

from modelyard.deploy.code.python.code import Call

LLM_CALL = re.compile(
    r"(?:chat\.completions|completions|responses|messages)\.(?:create|stream|parse)$|ChatCompletion\.a?create$"
    r"|generate_content(?:_async|_stream)?$|chat_completion$|\.chat_stream$|^litellm\.a?completion$|openai\.embeddings"
    r"|embeddings\.create$|^cohere\.|^replicate\.run$|^ollama\.chat$"
)
LLM_OWNER = re.compile(
    r"openai|anthropic|groq|cohere|mistral|gemini|genai|inference_?client|langchain|langgraph|llm|chat_?model|together"
    r"|huggingface_hub|(?:^|[._])(?:chain|graph|agent|rag_chain|qa_chain)(?:$|[._])",
    re.IGNORECASE,
)
LLM_METHODS = frozenset(
    {
        "invoke",
        "ainvoke",
        "stream",
        "astream",
        "generate",
        "agenerate",
        "complete",
        "acomplete",
        "chat",
        "achat",
        "embed",
    }
    | {"text_generation", "feature_extraction", "predict", "run", "arun", "acall", "embed_query", "embed_documents"}
)


def is_llm_call(call: Call) -> bool:
    """Say whether a call goes to a hosted language model."""
    last = call.name.rpartition(".")[2]
    if last in ("ainvoke", "astream", "astream_events"):
        return True  # LangChain and LangGraph, whose objects come from factories
    return LLM_CALL.search(call.name) is not None or (last in LLM_METHODS and LLM_OWNER.search(call.name) is not None)


def is_write(call: Call) -> bool:
    """Say whether a call writes to a database or a disk."""
    last = call.name.rpartition(".")[2]
    if last in ("commit", "bulk_save_objects", "insert_one", "insert_many", "update_one", "delete_one", "upsert"):
        return True
    if last in ("write_text", "write_bytes", "unlink", "rmtree", "copyfileobj") or call.name in (
        "os.remove",
        "os.unlink",
    ):
        return True
    if last == "save" and re.search(r"file|image|upload|photo|document", call.name.rpartition(".")[0], re.IGNORECASE):
        return True
    if last == "execute" and (first := call.argument(0)) is not None:
        return re.search(r"\b(?:insert into|update|delete from|drop|alter)\b", ast.unparse(first), re.I) is not None
    mode = call.argument(1, "mode") if call.name == "open" else None
    return isinstance(mode, ast.Constant) and bool(re.search(r"[wax+]", str(mode.value)))
