"""The forms a report can take."""

from collections.abc import Iterable
from typing import Literal, assert_never, get_args

from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.finding import Report
from modelyard.deploy.reports.document import as_json
from modelyard.deploy.reports.github import as_github
from modelyard.deploy.reports.markdown import as_markdown
from modelyard.deploy.reports.page import as_page
from modelyard.deploy.reports.sarif import as_sarif
from modelyard.deploy.reports.text import as_text
from modelyard.deploy.rule import Rule

Form = Literal["text", "md", "html", "json", "sarif", "github"]
FORMS: tuple[Form, ...] = get_args(Form)


def as_form(form: Form, report: Report, rules: Iterable[Rule], code: CodeBase | None = None) -> str:
    """Return the report in a form; the code base adds excerpts and the fixes as diffs."""
    match form:
        case "text":
            return as_text(report)
        case "md":
            return as_markdown(report, code)
        case "html":
            return as_page(report, code)
        case "json":
            return as_json(report, code)
        case "sarif":
            return as_sarif(report, rules, code)
        case "github":
            return as_github(report)
        case _:
            assert_never(form)
