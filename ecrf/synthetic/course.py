"""How cells, counts and mediators go after the infusion (part B 5.2), by protocol day.

Four latent normals tie the courses together: who expands well also has more inflammation and
deeper cytopenia. All numbers are invented; the models are those of the recipe.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

RELAPSE = 30  # days after which the neutrophils may fall again
LLOQ = 50.0  # copies per microgram of DNA
# Cholesky factor of the correlations 0.5, 0.25, 0.35 and, of the kidney, 0, 0.1, 0.1.
LOADINGS = (
    (1.0, 0.0, 0.0, 0.0),
    (0.5, 0.866, 0.0, 0.0),
    (0.25, 0.2598, 0.9328, 0.0),
    (0.0, 0.1155, 0.075, 0.9905),
)


@dataclass
class Course:
    """One person's course; drawn once, so that every visit tells of the same illness.

    dose       10*6 CAR+ cells per kilogram
    depletes   whether the B cells go, as they should
    recovers   whether the neutrophils stay up once they have come back
    planted    the highest grade of CRS, where it is not left to chance
    neurotoxicity  the grade of ICANS, 0 for none; it begins ``confused`` days after the fever
    """

    chance: random.Random
    dose: float
    depletes: bool = True
    recovers: bool = True
    planted: int | None = None
    neurotoxicity: int = field(init=False)
    confused: int = field(init=False)
    crs: int = field(init=False)
    onset: int = field(init=False)
    lasts: int = field(init=False)
    lymphocytes_on: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        chance, self.latent = self.chance, _correlated(self.chance)
        expansion, inflammation, marrow, _ = self.latent
        self.peak_day = min(16, max(6, round(chance.gauss(10, 2))))
        self.peak = math.exp(math.log(25_000) + 0.35 * math.log(self.dose) + 0.9 * expansion)
        self.half_life = math.exp(math.log(9) + 0.35 * chance.gauss(0, 1))
        self.crs = self._grade(inflammation)
        self.onset = min(14, max(1, round(chance.gammavariate(6, 1.05))))
        self.lasts = min(14, max(1, round(chance.gammavariate(2.2, 1.5)) + max(self.crs, 1) - 1))
        if self.planted is not None:
            self.crs, self.onset, self.lasts = self.planted, 2, 4
        self.neutrophils_before = math.exp(math.log(4.2) + 0.3 * chance.gauss(0, 1))
        self.nadir = math.exp(math.log(0.4) - 0.7 * marrow + 0.3 * chance.gauss(0, 1))
        self.nadir_day = min(13.0, max(5.0, chance.gauss(8.5, 2.2)))
        self.recovery = 1.6 * chance.gammavariate(5, 1.3)
        self.platelets_before = max(140.0, chance.gauss(225, 40))
        self.platelet_loss = math.exp(
            -0.8 - 0.48 * marrow - 0.12 * self.crs + 0.2 * chance.gauss(0, 1)
        )
        self.haemoglobin_before = max(100.0, chance.gauss(122, 9))
        self.haemoglobin_loss = chance.uniform(10, 28)
        self.b_cells_before = math.exp(math.log(95) + 0.7 * chance.gauss(0, 1))
        self.b_cells_return = 25 + math.exp(math.log(115) + 0.4 * chance.gauss(0, 1))

        self.neurotoxicity = self._icans()
        self.confused = chance.randint(1, 4)

    def _icans(self) -> int:
        """The grade of neurotoxicity: more likely after a higher grade of cytokine release."""
        odds = 0.015 + 0.03 * (self.crs >= 2) + 0.1 * (self.crs >= 3)
        if self.chance.random() > odds:
            return 0
        drawn = self.chance.random()
        return 1 if drawn < 0.7 else 2 if drawn < 0.9 else 3

    def _grade(self, inflammation: float) -> int:
        """The highest grade of cytokine release syndrome."""
        odds = 0.75 + 0.9 * inflammation + 0.35 * math.log(self.dose)
        if self.chance.random() > 1 / (1 + math.exp(-odds)):
            return 0
        high = 0.12 if inflammation > 1 else 0.0
        drawn = self.chance.random()
        return 1 if drawn < 0.78 - high else 2 if drawn < 0.98 - high / 6 else 3

    def copies(self, day: int) -> float:
        """Vector copies per microgram: log-linear to the peak, then two half-lives."""
        if day <= 0:
            return 0.0
        if day <= self.peak_day:
            level = 30 * (self.peak / 30) ** (day / self.peak_day)
        else:
            past = day - self.peak_day
            level = self.peak * (0.93 * 0.5 ** (past / 2.5) + 0.07 * 0.5 ** (past / self.half_life))
        return level * self._noise(0.2)

    def neutrophils(self, day: int) -> float:
        """10*9/L: falls from lymphodepletion to the nadir, comes back log-linearly."""
        before = max(1.6, self.neutrophils_before)
        if day <= -5:
            return before * self._noise(0.1)
        if day <= self.nadir_day:
            share = (day + 5) / (self.nadir_day + 5)
            level = self.nadir + (before - self.nadir) * (1 + math.cos(math.pi * share)) / 2
        else:
            goal = 0.75 * before
            share = min(1.0, (day - self.nadir_day) / self.recovery)
            level = self.nadir * (max(goal, self.nadir) / self.nadir) ** share
        if not self.recovers and day > RELAPSE:
            level = min(level, 0.3)
        return max(0.05, level * self._noise(0.12))

    def lymphocytes(self, day: int) -> float:
        """10*9/L; one number a day, because two forms report it."""
        if day not in self.lymphocytes_on:
            self.lymphocytes_on[day] = self._lymphocytes(day)
        return self.lymphocytes_on[day]

    def _lymphocytes(self, day: int) -> float:
        if day <= -5:
            return 1.0 * self._noise(0.1)
        if day <= 6:
            return 0.12 * self._noise(0.3)
        if day <= 14:
            return min(3.0, 0.3 * math.exp(0.35 * self.latent[0])) * self._noise(0.2)
        return min(1.2, 0.4 + day / 100) * self._noise(0.1)

    def platelets(self, day: int) -> float:
        low = max(12.0, self.platelets_before * self.platelet_loss)
        return self._dip(day, self.platelets_before, low, 10, 60) * self._noise(0.06)

    def haemoglobin(self, day: int) -> float:
        low = max(72.0, self.haemoglobin_before - self.haemoglobin_loss)
        return self._dip(day, self.haemoglobin_before, low, 14, 60) * self._noise(0.02)

    def _dip(self, day: int, before: float, low: float, lowest: int, back: int) -> float:
        if day <= -4:
            return before
        if day <= lowest:
            return before + (low - before) * (day + 4) / (lowest + 4)
        return low + (before - low) * min(1.0, (day - lowest) / (back - lowest))

    def temperature(self, day: int) -> float:
        if self.crs and 0 <= day - self.onset < self.lasts:
            return min(40.4, max(38.0, 38.2 + 0.5 * self.crs + self.chance.gauss(0, 0.4)))
        return 36.6 + self.chance.uniform(-0.3, 0.3)

    def reactive_protein(self, day: int) -> float:
        """mg/L; follows the fever by a day, half-life 1.5 days."""
        top = 8 * math.exp(0.8 * self.crs + 0.5 * self.latent[1])
        return max(0.8, min(300.0, self._pulse(day, top, 1, 1.5)) * self._noise(0.15))

    def ferritin(self, day: int) -> float:
        top = 180 * math.exp(0.5 + 0.7 * self.crs)
        return max(120.0, self._pulse(day, top, 2, 5.0)) * self._noise(0.1)

    def interleukin_6(self, day: int) -> float:
        """pg/mL."""
        top = 5 * math.exp(1.2 + 0.9 * self.crs + 0.5 * self.latent[1])
        return max(1.6, self._pulse(day, top, 1, 1.2)) * self._noise(0.2)

    def _pulse(self, day: int, top: float, lag: int, half_life: float) -> float:
        """What a release leaves in the blood: up within a day, then its half-life."""
        if not self.crs or day < self.onset:
            return 0.0
        past = max(0, day - self.onset - lag)
        return top * 0.5 ** (past / half_life)

    def b_cells(self, day: int) -> float:
        """CD19 positive cells per microlitre."""
        gone = self.peak_day - 3
        if day < gone or not self.depletes:
            return self.b_cells_before * self._noise(0.15) * (0.4 if day > -4 else 1.0)
        if day < self.b_cells_return:
            return 0.0
        share = (day - self.b_cells_return - 60) / 20
        return 110 / (1 + math.exp(-share)) * self._noise(0.1)

    def immunoglobulin(self, name: str, day: int) -> float:
        """g/L: each falls with its half-life to a floor, and comes back after the B cells."""
        before, half_life, floor = {
            "IGM": (1.1, 12, 0.1), "IGA": (2.1, 18, 0.2), "IGG": (11.5, 35, 4.2),
        }[name]  # fmt: skip
        low = floor + (before - floor) * 0.5 ** (max(0, day) / half_life)
        back = max(0.0, day - self.b_cells_return - 60)
        return (low + (before - low) * (1 - math.exp(-back / 120))) * self._noise(0.05)

    def _noise(self, spread: float) -> float:
        return max(0.5, self.chance.gauss(1, spread))


def _correlated(chance: random.Random) -> tuple[float, ...]:
    """Expansion, inflammation, marrow, kidney: standard normals with the recipe's correlations."""
    plain = [chance.gauss(0, 1) for _ in LOADINGS]
    return tuple(sum(w * z for w, z in zip(row, plain, strict=True)) for row in LOADINGS)
