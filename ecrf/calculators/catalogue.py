"""Every calculator by its name."""

from __future__ import annotations

from collections.abc import Mapping

from ecrf.calculators.calculator import Calculator
from ecrf.calculators.courses import COURSES
from ecrf.calculators.formulas import FORMULAS
from ecrf.calculators.safety import SAFETY
from ecrf.calculators.scores import SCORES

CALCULATORS: Mapping[str, Calculator] = {
    calculator.name: calculator for calculator in (*FORMULAS, *SCORES, *SAFETY, *COURSES)
}
