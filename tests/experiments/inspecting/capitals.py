"""A task of Inspect whose answers are written beforehand, and its log: run with Inspect installed to write it again.

`python -m tests.experiments.inspecting.capitals` writes `capitals.eval`, which these tests read as any log that comes
in, and `capitals.json`, what Inspect reads from it: that part is tested where Inspect is not installed too.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import inspect_ai
from inspect_ai import Task, task
from inspect_ai.dataset import Sample
from inspect_ai.log import read_eval_log, write_eval_log
from inspect_ai.model import ChatMessage, GenerateConfig, ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import Score, Scorer, Target, includes, match, mean, scorer
from inspect_ai.solver import TaskState, generate, system_message, use_tools
from inspect_ai.tool import Tool, tool

HERE = Path(__file__).parent
LOG, AS_READ = HERE / "capitals.eval", HERE / "capitals.json"


@tool
def atlas() -> Tool:
    async def look_up(country: str) -> str:
        """Look a country up.

        Args:
            country: The country.
        """
        return f"{country}: Canberra"

    return look_up


@scorer(metrics={"brevity": [mean()], "letters": [mean()]})
def style() -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        text = state.output.completion
        return Score(value={"brevity": 1 / len(text.split()), "letters": len(text)}, explanation=f"{text!r} is short.")

    return score


@scorer(metrics=[mean()])
def sure() -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        if "Kyoto" in state.output.completion:
            return Score.unscored(reason="grader_failed", explanation="The grader answered prose.")
        return Score(value="P", explanation="Half sure.")

    return score


@task
def capitals() -> Task:
    asked = "What is the capital of"
    samples = [
        Sample(id="fr", input=f"{asked} France?", target="Paris", metadata={"group": "Europe"}),
        Sample(id="jp", input=f"{asked} Japan?", target=["Tokyo", "Tōkyō"], metadata={"group": "Asia"}),
        Sample(id="au", input=f"{asked} Australia?", target="Canberra", metadata={"group": "Oceania"}),
        Sample(id=4, input="Which is larger?", choices=["2", "3"], target="B", metadata={"group": "numbers"}),
    ]
    solver = [system_message("Answer with one word."), use_tools(atlas()), generate()]
    return Task(dataset=samples, solver=solver, scorer=[match(location="any"), includes(), sure(), style()])


def answers(said: str) -> Any:
    """Return what answers in the place of an LLM; `said` is its answer about Japan."""

    def answer(messages: list[ChatMessage], tools: Any, choice: Any, config: GenerateConfig) -> ModelOutput:
        question = next(each.text for each in messages if each.role == "user")
        if "Australia" in question and messages[-1].role != "tool":
            output = ModelOutput.for_tool_call("mockllm/model", "atlas", {"country": "Australia"}, content="I look.")
        elif "larger" in question:
            raise ValueError("The provider is away.")
        else:
            text = "Paris" if "France" in question else "Canberra" if "Australia" in question else said
            output = ModelOutput.from_content("mockllm/model", text)
        output.usage = ModelUsage(input_tokens=20, output_tokens=2, total_tokens=25, input_tokens_cache_read=3)
        return output

    return answer


def write_log(folder: Path, *, said: str = "Kyoto", n_epochs: int = 2) -> Path:
    """Run the task and return its log."""
    asked = get_model("mockllm/model", custom_outputs=answers(said))
    options: dict[str, Any] = {"display": "none", "log_realtime": False, "fail_on_error": False, "temperature": 0.5}
    [log] = inspect_ai.eval(capitals(), model=asked, log_dir=str(folder), epochs=n_epochs, **options)
    return Path(log.location)


def main() -> None:
    """Write the log and what is read from it."""
    from modelyard.experiments.inspecting.logs import each_sample, read_header

    with tempfile.TemporaryDirectory() as folder:
        log = read_eval_log(str(write_log(Path(folder))))
    for sample in log.samples or []:
        sample.events = []  # of no interest here, and with the paths of the machine that ran it, as tracebacks
        if sample.error:
            sample.error.traceback = sample.error.traceback_ansi = ""
    log.eval.task_file = None
    write_eval_log(log, str(LOG))
    header = read_header(LOG)
    read = {"header": vars(header), "samples": list(each_sample(LOG, header))}
    AS_READ.write_text(json.dumps(read, indent=1, ensure_ascii=False, default=str) + "\n", encoding="utf-8")
    print(f"{LOG.name}: {LOG.stat().st_size:,} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
