"""Findings that services raise themselves, beside those of the rule engine."""

from __future__ import annotations

from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.model import Text
from ecrf.definition.values import Problem, split_path
from ecrf.entry.evaluate import Finding
from ecrf.entry.messages import render


def problem_finding(form: FormDefinition, path: str, problem: Problem) -> Finding:
    """A value that cannot be stored, said at its item."""
    name = split_path(path)[0]
    text = Text(
        en=render(problem.code, problem.params, "en"), zh=render(problem.code, problem.params, "zh")
    )
    return Finding(f"{name or path}.format", "hard", path, text, (path,))


def rejected() -> Finding:
    """An investigator sent the form back, and the site has not answered (R-036)."""
    text = Text(
        en="The form was rejected. The site answers the query first.",
        zh="该表单已被退回。请研究中心先答复质疑。",
    )
    return Finding("form.rejected", "hard", "", text, ())


def consent_missing() -> Finding:
    """Consent comes before anything else (R-148)."""
    text = Text(
        en="Record the informed consent first: nothing else can be entered before it.",
        zh="请先录入知情同意：此前不能录入其他内容。",
    )
    return Finding("consent.missing", "hard", "", text, ())
