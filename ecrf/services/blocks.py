"""What a pasted block would enter: read, judged beside what stands on the form, never stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from ecrf.definition.model import Text
from ecrf.definition.values import BLANK, Value
from ecrf.entry import blocks
from ecrf.entry.blocks import Line
from ecrf.entry.evaluate import Finding
from ecrf.entry.messages import render
from ecrf.services import drafts, forms
from ecrf.services.errors import Invalid
from ecrf.services.keys import Key
from ecrf.services.records import Entry
from ecrf.services.work import Work

State = Literal["new", "changes", "same", "refused"]
LONGEST = 100_000  # characters


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of the block as it would go in; ``was`` is what stands there now."""

    line: Line
    state: State
    was: str = ""
    why: Text | None = None


def preview(work: Work, key: Key, group: str, block: str) -> list[Shown]:
    """Every line of the block with what would become of it. Raises Forbidden, Invalid."""
    if len(block) > LONGEST:
        raise Invalid("block.long", most=str(LONGEST))
    found = forms.opened(work, key)
    work.require("record.enter", found.subject.site)
    if group not in found.form.panels:
        raise Invalid("block.panel")
    try:
        lines = blocks.read(found.form, group, block)
    except ValueError:
        raise Invalid("block.lines", most=str(blocks.MOST_LINES)) from None
    except blocks.Unclear:
        raise Invalid("block.unclear") from None
    draft = drafts.get(work, key)
    typed = dict(draft.entries) if draft else {}
    chosen = {path: value.unit for path, value in found.evaluation.data.items()}
    chosen |= {path: entry.unit for path, entry in typed.items() if entry.unit}
    lines = [_measured(line, chosen.get(line.path)) for line in lines]
    typed |= {line.path: Entry(line.text, line.unit) for line in lines if not line.problem}
    judged = forms.opened(work, key, typed).evaluation
    wrong = {f.path: f for f in judged.findings if f.severity == "hard"}
    return [_shown(line, found.evaluation.data.get(line.path, BLANK), wrong) for line in lines]


def _measured(line: Line, chosen: str | None) -> Line:
    """A result without unit is in the unit that stands beside its box, and says so."""
    if line.unit or line.problem or line.analyte is None or line.analyte.kind == "code":
        return line
    return replace(line, unit=chosen or line.analyte.unit)


def _shown(line: Line, now: Value, wrong: dict[str, Finding]) -> Shown:
    was = now.missing or now.text
    if line.problem is not None:
        code, params = line.problem.code, line.problem.params
        why = Text(en=render(code, params, "en"), zh=render(code, params, "zh"))
        return Shown(line, "refused", was, why)
    if line.path in wrong:
        return Shown(line, "refused", was, wrong[line.path].message)
    if was == line.text and (line.unit is None or line.unit == now.unit):
        return Shown(line, "same", was)
    return Shown(line, "changes" if was else "new", was)
