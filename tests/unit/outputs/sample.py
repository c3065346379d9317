"""A form made by hand, with something of everything that a print can hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ecrf.definition import model
from ecrf.outputs import words
from ecrf.outputs.casebook import (
    Answer,
    AuditLine,
    CasebookForm,
    Column,
    Copy,
    Header,
    Line,
    MarkLine,
    Moment,
    QueryLine,
    QueryMove,
    Section,
    Shown,
    SignatureLine,
    Words,
)

AT = Moment("2026-11-23 11:05:12 +08:00", "2026-11-23T03:05:12.123Z")
LATER = Moment("2026-11-24 09:00:00 +08:00", "2026-11-24T01:00:00.000Z")
SHA = "3f2a" * 16

DEFINITION = model.Form.model_validate(
    {
        "form": "VS",
        "version": 2,
        "title": {"en": "Vital signs, weight, oxygen", "zh": "生命体征、体重、氧疗"},
        "groups": [
            {
                "group": "VSMAIN",
                "label": {"en": "Measurements", "zh": "测量"},
                "items": [
                    {"item": "VSDAT", "label": {"en": "Date", "zh": "日期"}, "type": "date"},
                    {"item": "VSTIM", "label": {"en": "Time", "zh": "时间"}, "type": "time"},
                    {
                        "item": "TEMP",
                        "label": {"en": "Body temperature", "zh": "体温"},
                        "type": "decimal",
                        "places": 1,
                        "unit": "Cel",
                        "units": [{"unit": "[degF]", "factor": "5/9", "offset": "-160/9"}],
                    },
                    {
                        "item": "TEMPLOC",
                        "label": {"en": "Place of measurement", "zh": "测量部位"},
                        "type": "code",
                        "choices": [
                            {"code": "AX", "label": {"en": "Axilla", "zh": "腋下"}},
                            {"code": "OR", "label": {"en": "Mouth", "zh": "口腔"}},
                        ],
                    },
                    {
                        "item": "PULSE",
                        "label": {"en": "Pulse", "zh": "脉搏"},
                        "type": "integer",
                        "unit": "/min",
                    },
                    {
                        "item": "O2FLOW",
                        "label": {"en": "Oxygen flow", "zh": "氧流量"},
                        "type": "decimal",
                        "places": 1,
                        "unit": "L/min",
                        "show": "O2DEV != 'RA'",
                    },
                    {
                        "item": "BSA",
                        "label": {"en": "Body surface area", "zh": "体表面积"},
                        "type": "calculated",
                        "derive": "bsa_mosteller(HEIGHT, WEIGHT)",
                        "result": "decimal",
                        "places": 2,
                        "unit": "m2",
                    },
                    {
                        "item": "VSCOM",
                        "label": {"en": "Comment", "zh": "备注"},
                        "type": "long_text",
                    },
                ],
            },
            {
                "group": "BAG",
                "label": {"en": "Bags", "zh": "血袋"},
                "layout": "rows",
                "items": [
                    {
                        "item": "BAGID",
                        "label": {"en": "Bag number", "zh": "袋号"},
                        "type": "text",
                        "length": 20,
                    },
                    {
                        "item": "BAGVOL",
                        "label": {"en": "Volume", "zh": "体积"},
                        "type": "decimal",
                        "places": 1,
                        "unit": "mL",
                    },
                    {"item": "BAGST", "label": {"en": "Start", "zh": "开始"}, "type": "datetime"},
                ],
            },
            {
                "group": "LB",
                "label": {"en": "Blood count", "zh": "血常规"},
                "layout": "panel",
                "catalogue": "HAEM",
                "analytes": ["WBC", "NEUT"],
                "items": [
                    {"item": "LBORRES", "label": {"en": "Result", "zh": "结果"}, "type": "lab"},
                    {
                        "item": "LBCLSIG",
                        "label": {"en": "Clinically significant", "zh": "有临床意义"},
                        "type": "yes_no",
                    },
                ],
            },
        ],
    }
)
_ITEMS = {item.item: item for _, item in DEFINITION.items()}


def answer(oid: str, text: str = "", path: str = "", **changes: Any) -> Answer:
    words_ = changes.pop("words", Words(text, text))
    stored = changes.pop("stored", {"v": text})
    return Answer(
        path=path or oid,
        oid=oid,
        label=Words.of(_ITEMS[oid].label),
        state=changes.pop("state", "value" if text else "blank"),
        shown=Shown(words_, changes.pop("code", ""), stored),
        **changes,
    )


def entry(seq: int, action: str, path: str = "", **changes: Any) -> AuditLine:
    oid = path.rpartition(".")[2] if path and not path.endswith("]") else ""
    given: dict[str, Any] = {
        "seq": seq,
        "at": AT,
        "user": "wang.li",
        "name": "王丽 Wang Li",
        "role": words.ROLES["coordinator"],
        "organisation": "演示医院 Demonstration Hospital",
        "channel": "screen",
        "behalf": "",
        "action": action,
        "action_words": words.of(words.ACTIONS, action),
        "path": path,
        "oid": oid,
        "label": Words.of(_ITEMS[oid].label) if oid else Words("", ""),
        "old": None,
        "new": None,
        "reason": Words("", ""),
        "reason_code": "",
        "reason_text": "",
        "links": (),
        "language": "en",
        "revision": 1,
        "app": "0.1.0",
        "build": 1,
        "hash": f"{seq:064x}",
    }
    return AuditLine(**{**given, **changes})


def _sections() -> tuple[Section, ...]:
    main = (
        answer("VSDAT", "2026-03-03", version=11),
        answer("VSTIM", "08:15", version=12),
        answer(
            "TEMP",
            "38.40",
            words=Words("38.40 °C", "38.40 °C"),
            stored={"v": "38.40", "u": "Cel"},
            version=20,
            changes=1,
            queries=((7, "closed"),),
            marks=(("sdv", "reset"),),
        ),
        answer("TEMPLOC", "AX", words=Words("Axilla", "腋下"), code="AX", version=14),
        answer(
            "PULSE",
            words=Words("Not done (ND)", "未做 (ND)"),
            stored={"m": "ND"},
            state="missing",
            version=15,
            marks=(("sdv", "verify"),),
        ),
        answer("O2FLOW", state="hidden", rule="O2DEV != 'RA'"),
        answer(
            "BSA",
            "1.6102795",
            words=Words("1.61 m²", "1.61 m²"),
            code="1.6102795",
            stored={"v": "1.6102795", "u": "m2"},
            derived=True,
            version=16,
        ),
        answer("VSCOM"),
    )
    bags = tuple(
        Line(
            str(number),
            Words(str(number), str(number)),
            (
                answer("BAGID", f"B-{number:03d}", f"BAG[{number}].BAGID", version=20 + number),
                answer(
                    "BAGVOL",
                    "52.5",
                    f"BAG[{number}].BAGVOL",
                    words=Words("52.5 mL", "52.5 mL"),
                    stored={"v": "52.5", "u": "mL"},
                ),
                answer(
                    "BAGST",
                    "2026-03-03T10:00",
                    f"BAG[{number}].BAGST",
                    words=Words("2026-03-03 10:00", "2026-03-03 10:00"),
                ),
            ),
            struck=31 if number == 2 else None,
        )
        for number in (1, 2)
    )
    tests = tuple(
        Line(
            code,
            Words(en, zh),
            (
                answer(
                    "LBORRES",
                    text,
                    f"LB[{code}].LBORRES",
                    words=Words(f"{text} 10⁹/L", f"{text} 10⁹/L"),
                    stored={"v": text, "u": "10*9/L"},
                    facets=facets,
                ),
                answer("LBCLSIG", "N", f"LB[{code}].LBCLSIG", words=Words("No", "否"), code="N"),
            ),
        )
        for code, en, zh, text, facets in (
            (
                "WBC",
                "Leukocytes",
                "白细胞",
                "5.60",
                {"n": "5.60", "nu": "10*9/L", "lo": "3.5", "hi": "9.5", "ind": "NORMAL"},
            ),
            (
                "NEUT",
                "Neutrophils",
                "中性粒细胞",
                "<0.5",
                {"n": "<0.5", "nu": "10*9/L", "lo": "1.8", "hi": "6.3", "ind": "LL", "gr": "L4"},
            ),
        )
    )
    groups = DEFINITION.groups
    return tuple(
        Section(
            group.group,
            Words.of(group.label),
            group.layout,
            tuple(Column(item.item, Words.of(item.label)) for item in group.items),
            lines,
        )
        for group, lines in zip(
            groups, ((Line("", Words("", ""), main),), bags, tests), strict=True
        )
    )


def _audit() -> tuple[AuditLine, ...]:
    blank = Shown(Words("", ""), "", {"v": ""})
    first = Shown(Words("36.40 °C", "36.40 °C"), "", {"v": "36.40", "u": "Cel"})
    second = Shown(Words("38.40 °C", "38.40 °C"), "", {"v": "38.40", "u": "Cel"})
    axilla = Shown(Words("Axilla", "腋下"), "AX", {"v": "AX"})
    reason = words.REASONS["other"]
    return (
        entry(11, "item.enter", "VSDAT", new=Shown(Words("2026-03-03", "2026-03-03"))),
        entry(12, "item.enter", "VSTIM", new=Shown(Words("08:15", "08:15"))),
        entry(13, "item.enter", "TEMP", new=first),
        entry(14, "item.enter", "TEMPLOC", new=axilla, language="zh"),
        entry(
            15,
            "item.enter",
            "PULSE",
            new=Shown(Words("Not done (ND)", "未做 (ND)"), "", {"m": "ND"}),
        ),
        entry(
            16,
            "item.enter",
            "BSA",
            user="system:derivation",
            name="System",
            role=words.ROLES["system"],
            behalf="wang.li",
            channel="rule",
            new=Shown(Words("1.61 m²", "1.61 m²"), "1.6102795", {"v": "1.6102795", "u": "m2"}),
        ),
        entry(17, "form.complete", links=(("was", "part"),)),
        entry(18, "query.open", "TEMP", links=(("check", "VS-03"), ("query", "7"))),
        entry(19, "signature.sign", links=(("meaning", "review"), ("digest", SHA))),
        entry(
            20,
            "item.change",
            "TEMP",
            old=first,
            new=second,
            reason=reason,
            reason_code="other",
            reason_text="读数抄写错误：体温计显示 38.40",
            revision=2,
        ),
        entry(21, "signature.superseded", links=(("signature", "1"), ("by_entry", "20"))),
        entry(22, "query.close", "TEMP", links=(("query", "7"), ("resolved_by", "20"))),
        entry(
            31,
            "row.strike",
            "BAG[2]",
            label=Words("Bags, row 2", "血袋，第2行"),
            old=blank,
            new=Shown(Words("deleted", "deleted"), "", {"v": "deleted"}),
            reason=words.REASONS["transcription"],
            reason_code="transcription",
            revision=3,
        ),
        entry(40, "signature.sign", links=(("meaning", "review"),), revision=3),
    )


def signature(number: int, **changes: Any) -> SignatureLine:
    given: dict[str, Any] = {
        "id": number,
        "name": "赵敏 Zhao Min",
        "user": "zhao.min",
        "role": words.ROLES["investigator"],
        "site": "BJ01",
        "meaning": words.MEANINGS["review"],
        "attestation": "I have reviewed every item of this form. To my knowledge the data are "
        "accurate, complete, attributable to this subject and recorded at the time stated.",
        "attestation_version": 1,
        "language": "en",
        "at": AT,
        "revision": 1,
        "digest": SHA,
        "certificate": SHA,
        "status": "valid",
        "seq": 19,
    }
    return SignatureLine(**{**given, **changes})


def _queries() -> tuple[QueryLine, ...]:
    monitor = words.ROLES["monitor"]
    return (
        QueryLine(
            7,
            "TEMP",
            Words.of(_ITEMS["TEMP"].label),
            words.STATES["closed"],
            "Is 36.40 right? The note of the day says fever.",
            "VS-03",
            13,
            "陈静 Chen Jing",
            monitor,
            AT,
            (
                QueryMove(words.MOVES["open"], "", "陈静 Chen Jing", monitor, AT, 18),
                QueryMove(
                    words.MOVES["answer"],
                    "已更正，抄写错误。",
                    "王丽 Wang Li",
                    words.ROLES["coordinator"],
                    AT,
                    20,
                ),
                QueryMove(words.MOVES["close"], "Agreed.", "陈静 Chen Jing", monitor, LATER, 22),
            ),
        ),
    )


def _marks() -> tuple[MarkLine, ...]:
    label = Words.of(_ITEMS["TEMP"].label)
    who = ("陈静 Chen Jing", words.ROLES["monitor"])
    kind = words.KINDS["sdv"]
    return (
        MarkLine(kind, words.ACTS["verify"], "TEMP", label, 13, *who, AT, "", 19),
        MarkLine(kind, words.ACTS["reset"], "TEMP", label, 20, *who, LATER, "value changed", 21),
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
            signature(
                1,
                status="superseded",
                ended=LATER,
                ended_by="wang.li",
                ended_why="superseded by change",
                ended_seq=20,
            ),
            signature(2, revision=3, at=LATER, seq=40),
        ),
        "audit": _audit(),
        "queries": _queries(),
        "marks": _marks(),
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
