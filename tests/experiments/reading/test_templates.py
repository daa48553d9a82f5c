"""Templates say names and nothing else; what is filled in is never read as one."""

from typing import Annotated

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from modelyard.experiments.reading.templates import filled, filled_for, letter_of, template_of
from modelyard.experiments.sample import Sample
from modelyard.experiments.verbs import parse_document
from modelyard.kernel.errors import Invalid
from tests.examples import examples


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{question} {passages}", "{passages} stands for nothing; what can be said here: {question}, {context}."),
        ("{question", "The brace '{' at character 1 has no partner"),
        ("question} {question}", "The brace '}' at character 9 has no partner"),
        ("{question.__class__}", "'{question.__class__}' is no name"),
        ("{question!r:>10}", "'{question!r:>10}' is no name"),
        ("{question[0]}", "'{question[0]}' is no name"),
        ("{} {question}", "'{}' is no name"),
        ("{0}", "'{0}' is no name"),
        ('Answer as {"answer": 1}: {question}', "write braces twice to mean them"),
        ("Hello", "The template does not say {question}."),
        ("", "The template does not say {question}."),
    ],
)
def test_what_is_no_template_is_refused_with_the_path_of_the_field(template: str, why: str) -> None:
    document = {
        "name": "x",
        "samples": {"dataset": "d"},
        "llms": [{"llm": "l"}],
        "strategies": [{"kind": "naive"}, {"kind": "naive", "template": template}],
    }
    with pytest.raises(Invalid) as refused:
        parse_document(document)
    (field,) = refused.value.fields
    assert field.path == ("strategies", 1, "template")
    assert why.replace(", {context}.", ", {context}, {choices}.") in field.message


def test_lines_of_what_the_sample_lacks_are_left_out() -> None:
    template = "Read this.\n\n{context}\n\nQuestion: {question}\n{choices}\nAnswer:"
    assert filled_for(template, Sample("1", "Why?")) == "Read this.\n\nQuestion: Why?\nAnswer:"
    whole = filled_for(template, Sample("1", "Why?\n\n\n{context}", context="{question}", choices=("{x}", "b")))
    assert whole == ("Read this.\n\n{question}\n\nQuestion: Why?\n\n\n{context}\n(A) {x}\n(B) b\nAnswer:"), (
        "what is filled in stays as it is"
    )


def test_doubled_braces_are_braces() -> None:
    assert filled('Say {{"answer": "{question}"}}', {"question": "?"}) == 'Say {"answer": "?"}'


def test_choices_after_the_26th_have_two_letters() -> None:
    assert [letter_of(place) for place in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


@settings(max_examples=examples(400), deadline=None)
@given(st.text("{}ab_q.!:[0] \n", max_size=40), st.text("{}ab ", min_size=1, max_size=10))
def test_a_text_is_refused_or_filled_without_a_trace_of_a_format(template: str, said: str) -> None:
    check = TypeAdapter(Annotated[str, template_of("a", "b")])
    try:
        check.validate_python(template)
    except ValidationError:
        return
    made = filled(template, {"a": said, "b": said})
    assert len(made) <= len(template) + template.count("{") * len(said)
