"""Conversion of laboratory units with exact factors (part A 4.2, 4.3).

A row holds for its tests only. There is none between activity and mass, FEU and DDU, copies and
international units, or methods of one antibody: such results are not converted.
"""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction

_CONTEXT = Context(prec=34)
CELLS = "WBC NEUT LYM MONO EOS BASO PLAT RETI"
SUBSETS = "TLYCE CD3A CD4A CD8A CD19A"
ELECTROLYTES = "SODIUM K CL BICARB"
ENZYMES = "ALT AST ALP GGT LDH CK AMYLASE LIPASE"
IMMUNOGLOBULINS = "IGG IGA IGM IGG4"

# tests | from | to | factor | offset
_TABLE = f"""
HGB | g/dL | g/L | 10
HGB | mmol/L | g/L | 16.114
HCT | % | L/L | 0.01
{CELLS} | 10*3/uL | 10*9/L | 1
{CELLS} | /uL | 10*9/L | 0.001
RBC | 10*6/uL | 10*12/L | 1
{SUBSETS} | 10*9/L | /uL | 1000
ALB PROT GLOBUL | g/dL | g/L | 10
BILI BILDIR | mg/dL | umol/L | 17.104
CREAT | mg/dL | umol/L | 88.4
CREAT | g/L | mmol/L | 8.84
CREAT | mg/dL | mmol/L | 0.0884
UREA | mg/dL | mmol/L | 0.1665
UREA UREAN | mg/dL BUN | mmol/L | 0.357
URATE | mg/dL | umol/L | 59.48
GLUC | mg/dL | mmol/L | 0.05551
CHOL HDL LDL | mg/dL | mmol/L | 0.02586
TRIG | mg/dL | mmol/L | 0.01129
CA | mg/dL | mmol/L | 0.2495
CA | meq/L | mmol/L | 0.5
PHOS | mg/dL | mmol/L | 0.3229
MG | mg/dL | mmol/L | 0.4114
{ELECTROLYTES} | meq/L | mmol/L | 1
LACTICAC | mg/dL | mmol/L | 0.111
AMMONIA | ug/dL | umol/L | 0.587
{ENZYMES} | ukat/L | U/L | 60
CRP | mg/dL | mg/L | 10
FERRITIN PCT | ng/mL | ug/L | 1
INTLK6 BNP BNPPRONT | pg/mL | ng/L | 1
BNP | pmol/L | ng/L | 3.464
BNPPRONT | pmol/L | ng/L | 8.457
TROPONT TROPONI | ng/mL | ng/L | 1000
TROPONT TROPONI | ug/L | ng/L | 1000
C3 C4 {IMMUNOGLOBULINS} FIBRINO HAPTOG | mg/dL | g/L | 0.01
IGE | ng/mL | k[IU]/L | 0.4167
DDIMER | ng/mL FEU | mg/L FEU | 0.001
HBA1C | mmol/mol | % | 0.09148 | 2.152
TSH | u[IU]/mL | m[IU]/L | 1
T4FR | ng/dL | pmol/L | 12.87
T3FR | pg/mL | pmol/L | 1.536
IRON | ug/dL | umol/L | 0.1791
V25HD3 | ng/mL | nmol/L | 2.496
CORTISOL | ug/dL | nmol/L | 27.59
HCG FSH LH | m[IU]/mL | [IU]/L | 1
ESTRDIOL | pg/mL | pmol/L | 3.671
RFATAB DSDNA | k[IU]/L | [IU]/mL | 1
PROTEXR | mg/d | g/d | 0.001
PROTCRT | mg/g | g/g | 0.001
PROTCRT | mg/mmol | g/g | 1/113.12
ALBCREAT | mg/mmol | mg/g | 8.84
PROT | mg/dL | mg/L | 10
PVR | dyn.s/cm5 | mm[Hg].min/L | 0.0125
DLCO | mL/min/mm[Hg] | mmol/min/kPa | 0.335
TEMP | [degF] | Cel | 1/1.8 | -32/1.8
WEIGHT | {{jin}} | kg | 0.5
"""
ANY_TEST = ("kPa", "mm[Hg]", Fraction("7.50062"), Fraction(0))
Row = tuple[str, str, Fraction, Fraction]


def _fraction(text: str) -> Fraction:
    over, _, under = text.partition("/")
    return Fraction(over) / Fraction(under or "1")


def _rows() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for line in _TABLE.strip().splitlines():
        tests, start, end, factor, *offset = (part.strip() for part in line.split("|"))
        row = (start, end, _fraction(factor), _fraction(offset[0] if offset else "0"))
        for test in tests.split():
            found.setdefault(test, []).append(row)
    return found


ROWS = _rows()


def convert_unit(test: str, value: Decimal, unit: str, to: str) -> Decimal:
    """The value in another unit, not rounded; ValueError where there is no approved factor."""
    if unit == to:
        return value
    for start, end, factor, offset in [*ROWS.get(test, ()), ANY_TEST]:
        if (unit, to) == (start, end):
            return _decimal(Fraction(value) * factor + offset)
        if (unit, to) == (end, start):
            return _decimal((Fraction(value) - offset) / factor)
    raise ValueError(f"{test} is not converted from {unit} to {to}")


def _decimal(number: Fraction) -> Decimal:
    return _CONTEXT.divide(Decimal(number.numerator), Decimal(number.denominator))
