"""What happened to the sample: its audit trail, signatures, queries and review marks."""

from __future__ import annotations

from typing import Any

from ecrf.outputs import words
from ecrf.outputs.casebook import (
    AuditLine,
    DelegationLine,
    MarkLine,
    QueryLine,
    QueryMove,
    Shown,
    SignatureLine,
    Words,
)
from tests.unit.outputs.sample_definition import AT, LATER, SHA, label, same

EMPTY = Shown(same(""), "", {"v": ""})
FIRST = Shown(same("36.40 °C"), "", {"v": "36.40", "u": "Cel"})
SECOND = Shown(same("38.40 °C"), "", {"v": "38.40", "u": "Cel"})
NOT_DONE = Shown(Words("Not done (ND)", "未做 (ND)"), "", {"m": "ND"})
AXILLA = Shown(Words("Axilla", "腋下"), "AX", {"v": "AX"})
SURFACE = Shown(same("1.61 m²"), "1.6102795", {"v": "1.6102795", "u": "m2"})
DELETED = Shown(same("deleted"), "", {"v": "deleted"})


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
        "label": label(oid) if oid else same(""),
        "old": None,
        "new": None,
        "reason": same(""),
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


def audit() -> tuple[AuditLine, ...]:
    system = {
        "user": "system:derivation",
        "name": "System",
        "role": words.ROLES["system"],
        "behalf": "wang.li",
        "channel": "rule",
    }
    return (
        entry(11, "item.enter", "VSDAT", new=Shown(same("2026-03-03"), "", {"v": "2026-03-03"})),
        entry(12, "item.enter", "VSTIM", new=Shown(same("08:15"), "", {"v": "08:15"})),
        entry(13, "item.enter", "TEMP", new=FIRST),
        entry(14, "item.enter", "TEMPLOC", new=AXILLA, language="zh"),
        entry(15, "item.enter", "PULSE", new=NOT_DONE),
        entry(16, "item.enter", "BSA", new=SURFACE, **system),
        entry(17, "form.complete", links=(("was", "part"),)),
        entry(18, "query.open", "TEMP", links=(("check", "VS-03"), ("query", "7"))),
        entry(19, "signature.sign", links=(("meaning", "review"), ("digest", SHA))),
        _change(),
        entry(21, "signature.superseded", links=(("signature", "1"), ("by_entry", "20"))),
        entry(22, "query.close", "TEMP", links=(("query", "7"), ("resolved_by", "20"))),
        _strike(),
        entry(40, "signature.sign", links=(("meaning", "review"),), revision=3),
    )


def _change() -> AuditLine:
    return entry(
        20,
        "item.change",
        "TEMP",
        old=FIRST,
        new=SECOND,
        reason=words.REASONS["other"],
        reason_code="other",
        reason_text="读数抄写错误：体温计显示 38.40",
        revision=2,
    )


def _strike() -> AuditLine:
    return entry(
        31,
        "row.strike",
        "BAG[2]",
        label=Words("Bags, row 2", "血袋，第2行"),
        old=EMPTY,
        new=DELETED,
        reason=words.REASONS["transcription"],
        reason_code="transcription",
        revision=3,
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
        "delegation": DelegationLine(words.ROLES["investigator"], "BJ01", AT, None),
    }
    return SignatureLine(**{**given, **changes})


def queries() -> tuple[QueryLine, ...]:
    monitor = words.ROLES["monitor"]
    return (
        QueryLine(
            7,
            "TEMP",
            label("TEMP"),
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


def marks() -> tuple[MarkLine, ...]:
    who = ("陈静 Chen Jing", words.ROLES["monitor"])
    kind = words.KINDS["sdv"]
    return (
        MarkLine(kind, words.ACTS["verify"], "TEMP", label("TEMP"), 13, *who, AT, "", 19),
        MarkLine(
            kind, words.ACTS["reset"], "TEMP", label("TEMP"), 20, *who, LATER, "value changed", 21
        ),
    )
