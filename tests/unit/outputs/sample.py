"""A form made by hand, with something of everything that a print can hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ecrf.definition import model
from ecrf.outputs import words
from ecrf.outputs.casebook import (
    Answer,
    CasebookForm,
    Column,
    Copy,
    Header,
    Line,
    Section,
    Shown,
    Words,
)
from tests.unit.outputs import sample_history as history
from tests.unit.outputs.sample_definition import AT, DEFINITION, LATER, SHA, label, same


def answer(oid: str, text: str = "", path: str = "", **changes: Any) -> Answer:
    words_ = changes.pop("words", same(text))
    stored = changes.pop("stored", {"v": text})
    return Answer(
        path=path or oid,
        oid=oid,
        label=label(oid),
        state=changes.pop("state", "value" if text else "blank"),
        shown=Shown(words_, changes.pop("code", ""), stored),
        **changes,
    )


def _measurements() -> tuple[Line, ...]:
    temperature = {
        "words": same("38.40 °C"),
        "stored": {"v": "38.40", "u": "Cel"},
        "version": 20,
        "changes": 1,
        "queries": ((7, "closed"),),
        "marks": (("sdv", "reset"),),
    }
    pulse = {
        "words": Words("Not done (ND)", "未做 (ND)"),
        "stored": {"m": "ND"},
        "state": "missing",
        "version": 15,
        "marks": (("sdv", "verify"),),
    }
    surface = {
        "words": same("1.61 m²"),
        "code": "1.6102795",
        "stored": {"v": "1.6102795", "u": "m2"},
        "derived": True,
        "version": 16,
    }
    answers = (
        answer("VSDAT", "2026-03-03", version=11),
        answer("VSTIM", "08:15", version=12),
        answer("TEMP", "38.40", **temperature),
        answer("TEMPLOC", "AX", words=Words("Axilla", "腋下"), code="AX", version=14),
        answer("PULSE", **pulse),
        answer("O2FLOW", state="hidden", rule="O2DEV != 'RA'"),
        answer("BSA", "1.6102795", **surface),
        answer("VSCOM"),
    )
    return (Line("", same(""), answers),)


def _bag(number: int) -> Line:
    row = f"BAG[{number}]"
    volume = {"words": same("52.5 mL"), "stored": {"v": "52.5", "u": "mL"}}
    start = {"words": same("2026-03-03 10:00")}
    answers = (
        answer("BAGID", f"B-{number:03d}", f"{row}.BAGID"),
        answer("BAGVOL", "52.5", f"{row}.BAGVOL", **volume),
        answer("BAGST", "2026-03-03T10:00", f"{row}.BAGST", **start),
    )
    return Line(str(number), same(str(number)), answers, 31 if number == 2 else None)


def _test(code: str, name: Words, text: str, facets: dict[str, str]) -> Line:
    row = f"LB[{code}]"
    result = {"words": same(f"{text} 10⁹/L"), "stored": {"v": text, "u": "10*9/L"}}
    frozen = {"n": text, "nu": "10*9/L", **facets}
    answers = (
        answer("LBORRES", text, f"{row}.LBORRES", facets=frozen, **result),
        answer("LBCLSIG", "N", f"{row}.LBCLSIG", words=Words("No", "否"), code="N"),
    )
    return Line(code, name, answers)


def _sections() -> tuple[Section, ...]:
    normal = {"lo": "3.5", "hi": "9.5", "ind": "NORMAL"}
    critical = {"lo": "1.8", "hi": "6.3", "ind": "LL", "gr": "L4"}
    lines = (
        _measurements(),
        (_bag(1), _bag(2)),
        (
            _test("WBC", Words("Leukocytes", "白细胞"), "5.60", normal),
            _test("NEUT", Words("Neutrophils", "中性粒细胞"), "<0.5", critical),
        ),
    )
    return tuple(
        Section(
            group.group,
            Words.of(group.label),
            group.layout,
            tuple(Column(item.item, Words.of(item.label)) for item in group.items),
            own,
        )
        for group, own in zip(DEFINITION.groups, lines, strict=True)
    )


HEADER = Header(
    study="CARAI_BJ_01",
    title=Words("CD19-BCMA CAR-T Cell Therapy", "CD19-BCMA CAR-T细胞治疗"),
    short_title=Words(
        "CD19/BCMA CAR-T in refractory LN, SSc", "CD19/BCMA CAR-T 治疗难治性 LN、SSc"
    ),
    sponsor=Words("Beijing GoBroad Hospital", "北京高博医院"),
    protocol="CARAI-BJ-01",
    protocol_version="1.0",
    site="BJ01",
    site_name=Words("Beijing GoBroad Hospital", "北京高博医院"),
    investigator=Words("not stated", "未注明"),
    timezone="Asia/Shanghai",
    subject="BJ01-L-001",
    cohort=Words("Refractory lupus nephritis", "难治性狼疮性肾炎"),
    event="SCR",
    event_title=Words("Screening", "筛选期"),
    event_no=1,
    event_date="",
    form="VS",
    form_title=Words.of(DEFINITION.title),
    form_version=2,
    form_digest=SHA,
    build=1,
    build_date="2025-04-16",
    repeat=1,
    record=12,
    revision=3,
    digest=SHA,
    status=words.STATES["complete"],
    created=AT,
    updated=LATER,
    app="0.1.0",
)


def form(language: str = "en", **changes: Any) -> CasebookForm:
    """The sample, signed and certified unless changed."""
    given: dict[str, Any] = {
        "language": language,
        "header": HEADER,
        "sections": _sections(),
        "signatures": (
            history.signature(
                1,
                status="superseded",
                ended=LATER,
                ended_by="wang.li",
                ended_why="superseded by change",
                ended_seq=20,
            ),
            history.signature(2, revision=3, at=LATER, seq=40),
        ),
        "audit": history.audit(),
        "queries": history.queries(),
        "marks": history.marks(),
        "standing": "signed",
        "definition": DEFINITION,
        "choices": {
            "TEMPLOC": DEFINITION.groups[0].items[3].choices,
            "LBCLSIG": (
                model.Choice(code="Y", label=model.Text(en="Yes", zh="是")),
                model.Choice(code="N", label=model.Text(en="No", zh="否")),
            ),
        },
        "missing": {"ND": Words("Not done", "未做"), "UNK": Words("Unknown", "不详")},
        "copy": Copy("C-000012-02", 2, "C-000012-01", "赵敏 Zhao Min", LATER),
    }
    return CasebookForm(**{**given, **changes})


def with_comment(text: str, language: str = "en") -> CasebookForm:
    """The sample with a text in its comment."""
    base = form(language)
    main = base.sections[0].lines[0]
    answers = (*main.answers[:-1], answer("VSCOM", text))
    section = replace(base.sections[0], lines=(replace(main, answers=answers),))
    return replace(base, sections=(section, *base.sections[1:]))
