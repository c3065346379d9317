"""One item of every type, for the tests of item types."""

from __future__ import annotations

from typing import Any

from ecrf.definition.model import (
    AltUnit,
    Analyte,
    CalculatedItem,
    Choice,
    CodeItem,
    DateItem,
    DateTimeItem,
    DecimalItem,
    FileItem,
    IntegerItem,
    LabItem,
    LongTextItem,
    MultiItem,
    PartialDateItem,
    PersonItem,
    Text,
    TextItem,
    TimeItem,
    YesNoItem,
)

LABEL = Text(en="Label", zh="标签")
CHOICES = tuple(
    Choice(code=code, label=Text(en=en, zh=zh))
    for code, en, zh in (("SKIN", "Skin", "皮肤"), ("RENAL", "Kidney", "肾脏"), ("ND", "Nd", "未"))
)
FAHRENHEIT = AltUnit(unit="[degF]", factor="5/9", offset="-160/9")


def make(model: type, kind: str, **given: Any) -> Any:
    return model(item=kind.upper(), label=LABEL, type=kind, **given)


TEXT = make(TextItem, "text", length=5)
LONG = make(LongTextItem, "long_text", length=50)
INTEGER = make(IntegerItem, "integer", unit="mm[Hg]", digits=3)
DECIMAL = make(DecimalItem, "decimal", places=2, unit="Cel", units=(FAHRENHEIT,))
DATE = make(DateItem, "date")
PARTIAL = make(PartialDateItem, "partial_date")
TIME = make(TimeItem, "time")
MOMENT = make(DateTimeItem, "datetime")
CODE = make(CodeItem, "code", choices=CHOICES)
MULTI = make(MultiItem, "multi", choices=CHOICES)
YES_NO = make(YesNoItem, "yes_no")
FILE = make(FileItem, "file", accept=("pdf", "jpg"))
PERSON = make(PersonItem, "person")
LAB = make(LabItem, "lab")
CALCULATED = make(CalculatedItem, "calculated", derive="1", result="decimal", places=2, unit="m2")
EVERY = (TEXT, LONG, INTEGER, DECIMAL, DATE, PARTIAL, TIME, MOMENT, CODE, MULTI, YES_NO, FILE,
         PERSON, LAB, CALCULATED)  # fmt: skip

CREATININE = Analyte(
    code="CREAT", label=LABEL, unit="umol/L", units=(AltUnit(unit="mg/dL", factor="88.4"),)
)
COOMBS = Analyte(code="COOMBS", label=LABEL, kind="code", choices=CHOICES)
