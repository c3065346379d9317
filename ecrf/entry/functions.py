"""The clinical functions that rules may call by name; the language brings its own (years, days)."""

from __future__ import annotations

from collections.abc import Mapping

from ecrf.clinical.bsa import bsa_mosteller
from ecrf.clinical.study_day import protocol_day, sdtm_day
from ecrf.definition.rule_types import DAY, NUMBER, Function

FUNCTIONS: Mapping[str, Function] = {
    function.name: function
    for function in (
        Function("bsa_mosteller", (NUMBER, NUMBER), NUMBER, bsa_mosteller),
        Function("protocol_day", (DAY, DAY), NUMBER, protocol_day),
        Function("sdtm_day", (DAY, DAY), NUMBER, sdtm_day),
    )
}
