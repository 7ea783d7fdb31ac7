"""Measure, print a table, keep `bench/results.json`; ends with 1 when a target is
missed."""

import json
import sys
from itertools import chain
from pathlib import Path

from django.conf import settings

from tests.load import cases, journal, lists, search, vault
from tests.load.databases import demo_and_large
from tests.load.figures import Figure

RESULTS = Path(settings.PORTAL_VAR) / "bench" / "results.json"


def main() -> int:
    figures = []
    with demo_and_large() as (demo, large):
        measured = chain(
            lists.measure(demo, large),
            search.measure(large),
            cases.measure(demo),
            journal.measure(demo, large),
            vault.measure(),
        )
        for figure in measured:
            tell(_line(figure))
            figures.append(figure)
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    rows = [figure.as_row() for figure in figures]
    RESULTS.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    missed = sum(not figure.is_good for figure in figures)
    tell(f"{len(figures)} figures, {missed} missed; kept in {RESULTS}")
    return 1 if missed else 0


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _line(figure: Figure) -> str:
    times = f"{figure.value:9.1f} {figure.unit} / {figure.baseline:8.1f} {figure.unit}"
    verdict = "ok" if figure.is_good else "MISSED"
    target = f"×{figure.ratio:.2f} (≤ {figure.target})"
    return f"{figure.name:60} {times} {target:16} {verdict}"


if __name__ == "__main__":
    sys.exit(main())
