"""`load_demo --scale N`: N times as many structures, conventions and actions with their
sessions. Rows only: nobody works for a copy. What has dates is set back: a network
grows large by its past, and as much is on this month as in the demo."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Model

from partners.models import (
    ActionSession,
    Agreement,
    AgreementParty,
    CollectiveAction,
    Organisation,
    Partnership,
)
from spip_portal.demo.loading import source

BATCH = 2_000
ROOM = 1_000  # numbers of structures between one and its copy
MARK = f"N°{source.NBSP}"
TEN_YEARS = 520  # weeks
Copies = Mapping[tuple[int, int], Model]  # by (key of the original, number of the copy)


@transaction.atomic
def load(scale: int, agreements: int | None = None) -> None:
    """The copies numbered 2 to `scale` that are not there yet; those of conventions end
    at `agreements`, where that many are enough."""
    first = source.siret(1)
    sirets = {n: _siret_of_copy(first, n) for n in range(2, scale + 1)}
    there = Organisation.objects.filter(siret__in=sirets.values())
    known = set(there.values_list("siret", flat=True))
    numbers = [number for number, siret in sirets.items() if siret not in known]
    structures = {"organisation": _copy_named(Organisation, numbers)}
    _copy(Organisation.themes.through, numbers, structures)
    _copy(Partnership, numbers, structures)
    signed = [number for number in numbers if number <= (agreements or scale)]
    conventions = {"agreement": _copy_named(Agreement, signed)}
    _copy(AgreementParty, signed, structures | conventions)
    _copy(Agreement.themes.through, signed, conventions)
    actions = _copy_named(CollectiveAction, numbers)
    contributors = CollectiveAction.contributors.through
    _copy(contributors, numbers, structures | {"collectiveaction": actions})
    _copy(ActionSession, numbers, {"action": actions})


def _copy_named(model: type[Model], numbers: Iterable[int]) -> Copies:
    """Copies bear their number before their name: in the order of names they mix, as
    those of a real network do. What is unique is theirs alone."""
    name = model.objects.all().name_field
    copies = {}
    originals = model.objects.exclude(**{f"{name}__startswith": MARK}).values()
    for number in numbers:  # outside, so that copies of one row do not lie side by side
        for original in originals:
            own = _own(original, number)
            own[name] = f"{MARK}{number} – {original[name]}"
            if model is Organisation:
                own["siret"] = _siret_of_copy(original["siret"], number)
            if model is Agreement:
                own |= {"number": f"{original['number']}/{number}", "renews_id": None}
            copies[original["id"], number] = model(**original | own)
    model.objects.bulk_create(copies.values(), BATCH)
    return copies


def _copy(
    model: type[Model], numbers: Iterable[int], parents: Mapping[str, Copies]
) -> None:
    """What belongs to the originals, once more for each of their copies."""
    rows = []
    for original in model.objects.values():
        for number in numbers:
            found = {
                f"{name}_id": copies.get((original[f"{name}_id"], number))
                for name, copies in parents.items()
            }
            if all(found.values()):
                keys = {name: parent.pk for name, parent in found.items()}
                rows.append(model(**original | _own(original, number) | keys))
    model.objects.bulk_create(rows, BATCH)


def _own(original: Mapping[str, Any], number: int) -> dict[str, Any]:
    """What a copy never shares with its original: keys, and dates, which are half a
    year to ten years and a half older."""
    back = timedelta(weeks=26 + number % TEN_YEARS)
    dates = {k: v - back for k, v in original.items() if isinstance(v, date)}
    return dates | {"id": None} | ({"uuid": uuid.uuid4()} if "uuid" in original else {})


def _siret_of_copy(siret: str, number: int) -> str:
    return source.siret(source.number_of(siret) + number * ROOM)
