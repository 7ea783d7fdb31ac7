"""Reads the demo's data files and puts French typography and real dates into them."""

import re
import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from stdnum import luhn

from spip_portal.security.dates import today

DATA = Path(__file__).resolve().parent.parent / "data"
NBSP = "\N{NO-BREAK SPACE}"
SATURDAY = 5
FIRST_SIREN = 90_000
# (month, day): those that move with Easter are left out, a demo may meet on them.
CHRISTMAS_BREAK = ((12, 24), (1, 2))
HOLIDAYS = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}


def read(name: str) -> dict[str, Any]:
    return _typeset(tomllib.loads((DATA / f"{name}.toml").read_text()))


def read_missions() -> list[tuple[str, str, str, str]]:
    """(address, title, summary, text), in their order."""
    found = []
    for path in sorted((DATA / "missions").glob("*.txt")):
        title, summary, text = french(path.read_text().strip()).split("\n\n", 2)
        found.append((path.stem.partition("-")[2], title, summary, text))
    return found


def _typeset(value: Any) -> Any:
    match value:
        case str():
            return french(value)
        case list():
            return [_typeset(each) for each in value]
        case dict():
            return {key: _typeset(each) for key, each in value.items()}
    return value


def french(text: str) -> str:
    """No-break spaces where French wants them; the data files stay easy to type."""
    text = re.sub(r" ([:;?!»])", NBSP + r"\1", text)
    text = re.sub(r"(«|n°|art\.) ", r"\1" + NBSP, text)
    text = re.sub(r"(\d) (\d{3}|h|€|euros)\b", r"\1" + NBSP + r"\2", text)
    return re.sub(r"\bh (\d\d)\b", f"h{NBSP}" + r"\1", text)


def siret(number: int) -> str:
    """A SIRET whose key is right; it begins with 0, as none that INSEE gave."""
    siren = f"{FIRST_SIREN + number:08}"
    siren += luhn.calc_check_digit(siren)
    return f"{siren}0001{luhn.calc_check_digit(f'{siren}0001')}"


def number_of(siret: str) -> int:
    """The number that `siret()` made this one from."""
    return int(siret[:8]) - FIRST_SIREN


# -- Dates, counted from today ---------------------------------------------------------


def day(days: int) -> date:
    return today() + timedelta(days=days)


def is_day_off(date_: date) -> bool:
    """A week-end, or a public holiday with a date of its own."""
    return date_.weekday() >= SATURDAY or (date_.month, date_.day) in HOLIDAYS


def moment(days: int, hour: str = "10:00") -> datetime:
    """That day at that hour in Paris, or the nearest working day beyond it, seen from
    today: what is said to be past stays so."""
    chosen, step = day(days), timedelta(days=1 if days >= 0 else -1)
    while not is_working(chosen):
        chosen += step
    hours, _colon, minutes = hour.partition(":")
    return timezone.make_aware(
        datetime.combine(chosen, time(int(hours), int(minutes or 0)))
    )


def is_working(chosen: date) -> bool:
    place = (chosen.month, chosen.day)
    begins, ends = CHRISTMAS_BREAK
    is_off = place in HOLIDAYS or place >= begins or place <= ends
    return chosen.weekday() < SATURDAY and not is_off


def month_start(months: int) -> date:
    """The first day of the month so far from this one."""
    index = today().year * 12 + today().month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def month_end(months: int) -> date:
    return month_start(months + 1) - timedelta(days=1)
