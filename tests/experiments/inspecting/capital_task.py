"""Tasks of Inspect as somebody writes them; their LLM is one of the yard."""

from inspect_ai import Task, task
from inspect_ai.dataset import Sample
from inspect_ai.scorer import includes
from inspect_ai.solver import generate, system_message


@task
def capitals(countries: str = "France,Peru") -> Task:
    samples = [
        Sample(id=country, input=f"What is the capital of {country}?", target="Paris")
        for country in countries.split(",")
    ]
    return Task(dataset=samples, solver=[system_message("One word."), generate()], scorer=includes())


@task
def others() -> Task:
    return Task(dataset=[Sample(input="1?", target="1")], solver=generate(), scorer=includes())
