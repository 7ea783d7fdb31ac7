"""What a benchmark measured, and whether it is good enough."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter
from typing import Any

ROUNDS = 7


@dataclass(frozen=True)
class Figure:
    """`value` and `baseline` in `unit`; good while value / baseline ≤ `target`."""

    name: str
    value: float
    baseline: float
    target: float
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        return self.value / self.baseline

    @property
    def is_good(self) -> bool:
        return self.ratio <= self.target

    def as_row(self) -> dict[str, Any]:
        """As CONTRACT wants it in `results.json`."""
        return asdict(self) | {"ratio": round(self.ratio, 3), "ok": self.is_good}


def time_of(play: Callable[[], object]) -> float:
    """In ms."""
    start = perf_counter()
    play()
    return (perf_counter() - start) * 1000


def interleaved(measured: Mapping[str, Callable[[], float]]) -> dict[str, float]:
    """The median of what each measures, in turn in each round, so that a slow moment
    of the machine is shared; a first round warms up and is not counted."""
    found: dict[str, list[float]] = {name: [] for name in measured}
    for number in range(ROUNDS + 1):
        for name, measure in measured.items():
            figure = measure()
            if number:
                found[name].append(figure)
    return {name: median(figures) for name, figures in found.items()}
