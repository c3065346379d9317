"""Units of measurement: UCUM syntax, the atoms a clinical study needs, and how units are printed.

The grammar is that of the Unified Code for Units of Measure, section 2; the table of atoms is a
subset, and the letters that people mistake for a unit (C, F) are left out on purpose.
"""

from __future__ import annotations

import re
from difflib import get_close_matches

PREFIXES = (
    "da",
    "Y",
    "Z",
    "E",
    "P",
    "T",
    "G",
    "M",
    "k",
    "h",
    "d",
    "c",
    "m",
    "u",
    "n",
    "p",
    "f",
    "a",
)
METRIC = frozenset(
    "m s g L l mol eq osm Pa bar Hz J W N V A K Cel U kat cal Bq Gy Sv lm lx Ohm S t"
    " [iU] [IU] m[Hg] m[H2O] B dyn".split()
)
FIXED = frozenset(
    "% min h d wk mo a deg ' '' 10* 10^ [pi] [ppth] [ppm] [ppb] [degF] [lb_av] [oz_av] [in_i]"
    " [ft_i] [gal_us] [foz_us] [pH] [CFU] [arb'U] [AU] [drp] [HPF] [LPF] [Amb'a'1'U]"
    " [anti'Xa'U] [MET] [Ch] [diop] [mesh_i] [PFU] [CCID_50] [TCID_50] [EU] [knk'U] [todd'U]"
    " [ELU] [dB]".split()
)
COMPONENT = re.compile(r"(?:\{[^{}]*\}|\[[^\[\]]*\]|[^./{}\[\]])+")
ANNOTATION = re.compile(r"\{[\x21-\x7e]*?\}")
EXPONENT = re.compile(r"(?<=[^0-9+\-])[+-]?[0-9]+$")
# What people write, and what UCUM calls it.
USUAL = {
    "C": "Cel",
    "°C": "Cel",
    "℃": "Cel",
    "degC": "Cel",
    "F": "[degF]",
    "°F": "[degF]",
    "mmHg": "mm[Hg]",
    "cmH2O": "cm[H2O]",
    "bpm": "/min",
    "beats/min": "/min",
    "breaths/min": "/min",
    "IU": "[IU]",
    "IU/L": "[IU]/L",
    "IU/mL": "[IU]/mL",
    "mIU/mL": "m[IU]/mL",
    "lb": "[lb_av]",
    "lbs": "[lb_av]",
    "inch": "[in_i]",
    "sec": "s",
    "hr": "h",
    "day": "d",
    "days": "d",
    "week": "wk",
    "month": "mo",
    "year": "a",
    "years": "a",
    "cc": "mL",
    "μmol/L": "umol/L",
    "µmol/L": "umol/L",
    "μg/L": "ug/L",
    "µg/L": "ug/L",
    "mcg": "ug",
    "x10^9/L": "10*9/L",
    "10e9/L": "10*9/L",
    "10E9/L": "10*9/L",
    "G/L": "10*9/L",
    "T/L": "10*12/L",
    "m²": "m2",
    "kg/m²": "kg/m2",
    "cells/uL": "/uL",
    "copies/mL": "{copies}/mL",
    "percent": "%",
    "mEq/L": "meq/L",
    "斤": "{jin}",
}
COMMON = (
    "Cel", "[degF]", "kg", "g", "mg", "ug", "ng", "cm", "m", "mm", "m2", "kg/m2", "mL", "L", "/min",
    "mm[Hg]", "kPa", "%", "10*9/L", "10*12/L", "10*6/kg", "/uL", "g/L", "g/dL", "mg/L", "mg/dL",
    "umol/L", "mmol/L", "nmol/L", "pmol/L", "U/L", "ukat/L", "[IU]/L", "[IU]/mL", "m[IU]/mL",
    "ng/mL", "pg/mL", "ng/L", "ug/L", "s", "ms", "min", "h", "d", "wk", "mo", "a", "L/min", "fL",
    "mL/min/{1.73_m2}", "mm/h", "{copies}/mL", "{copies}/ug", "{score}", "{count}", "1",
)  # fmt: skip
PRINTED = {
    "Cel": "°C",
    "[degF]": "°F",
    "[lb_av]": "lb",
    "m[Hg]": "mHg",
    "m[H2O]": "mH₂O",
    "[IU]": "IU",
    "[iU]": "IU",
    "[in_i]": "in",
    "10*": "10",
    "a": "y",
    "mo": "mo",
    "wk": "wk",
    "[pH]": "pH",
}
RAISED = str.maketrans("0123456789-+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺")


def valid(unit: str) -> bool:
    """Whether a unit is UCUM, as far as this study's table goes."""
    if not unit or not unit.isascii() or " " in unit:
        return False
    parts = re.split(r"([./])", _masked(unit))
    terms, signs = parts[0::2], parts[1::2]
    if not terms[0]:  # a leading slash is allowed, a leading dot is not
        if signs[:1] != ["/"]:
            return False
        terms = terms[1:]
    return bool(terms) and all(_term(term.replace("\0", ".").replace("\1", "/")) for term in terms)


def _masked(unit: str) -> str:
    """Dots and slashes inside annotations and brackets do not separate terms."""
    return re.sub(
        r"\{[^{}]*\}|\[[^\[\]]*\]",
        lambda found: found[0].replace(".", "\0").replace("/", "\1"),
        unit,
    )


def _term(term: str) -> bool:
    bare = ANNOTATION.sub("", term)
    if not bare:
        return ANNOTATION.fullmatch(term) is not None
    if bare.isdigit():
        return True
    return _atom(bare) or _atom(EXPONENT.sub("", bare))


def _atom(text: str) -> bool:
    if text in METRIC or text in FIXED:
        return True
    return any(text.startswith(p) and text[len(p) :] in METRIC for p in PREFIXES)


def suggestion(unit: str) -> str | None:
    """The UCUM code that was probably meant."""
    usual = USUAL.get(unit) or USUAL.get(unit.replace(" ", ""))
    if usual:
        return usual
    close = get_close_matches(unit, COMMON, n=1, cutoff=0.6)
    return close[0] if close else None


def symbol(unit: str | None) -> str:
    """A unit as it is printed: ``10*9/L`` as 10⁹/L, ``mm[Hg]`` as mmHg, ``{score}`` as nothing."""
    if not unit or unit == "1":
        return ""
    text = re.sub(r"10[*^](-?[0-9]+)", lambda found: "10" + found[1].translate(RAISED), unit)
    for code, printed in PRINTED.items():
        if text == code or not code.isalpha():
            text = text.replace(code, printed)
    text = re.sub(r"(?<=[a-zA-Z])([0-9])(?=$|[./])", lambda found: found[1].translate(RAISED), text)
    text = re.sub(r"\{([^{}]*)\}", _annotation, text)
    text = re.sub(r"(?<![a-zA-Z])u(?=[a-zA-Z])", "µ", text)
    return text.replace(".", "·")


def _annotation(found: re.Match[str]) -> str:
    return "" if found[1] in ("score", "count") else found[1].replace("_", " ").replace("m2", "m²")
