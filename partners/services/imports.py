"""Bringing in a list of partners that the service already keeps in a spreadsheet."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.utils import label_for_field
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import Membership, Organisation, Partnership
from partners.services.communes import locate
from partners.services.partnerships import note_change
from partners.services.registration import siret_taken
from spip_portal.accounts.models import Spip, User

CREATED, UPDATED, SAME, REFUSED = "created", "updated", "same", "refused"
OUTCOMES = {
    CREATED: gettext_lazy("à créer"),
    UPDATED: gettext_lazy("à mettre à jour"),
    SAME: gettext_lazy("inchangée"),
    REFUSED: gettext_lazy("refusée"),
}


@dataclass(frozen=True)
class Entry:
    """One line of the list: `fields` are those of Organisation; `errors` says in words
    why the line cannot be taken, and is empty when it can."""

    number: int
    name: str
    siret: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    themes: list = field(default_factory=list)
    errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fate:
    """What the import does with one entry, and why."""

    entry: Entry
    outcome: str
    details: str = ""
    organisation: Organisation | None = None
    changes: tuple[str, ...] = ()
    needs_partnership: bool = False

    @property
    def label(self) -> str:
        return str(OUTCOMES[self.outcome])


def fates(spip: Spip, entries: Iterable[Entry]) -> list[Fate]:
    """What importing would do to each line now. Four queries, however many they are."""
    entries = list(entries)
    sirets = {entry.siret for entry in entries}
    known = Organisation.objects.filter(siret__in=sirets)
    known = known.select_related("kind").prefetch_related("themes")
    by_siret = {organisation.siret: organisation for organisation in known}
    states = dict(
        Partnership.objects.filter(spip=spip, organisation__in=known).values_list(
            "organisation", "state"
        )
    )
    kept = set(
        Membership.objects.live()
        .referents()
        .filter(organisation__in=known)
        .values_list("organisation", flat=True)
    )
    seen: dict[str, int] = {}
    found = []
    for entry in entries:
        first = seen.setdefault(entry.siret, entry.number) if entry.siret else None
        organisation = by_siret.get(entry.siret)
        state = states.get(organisation.pk) if organisation else None
        if entry.errors:
            fate = Fate(entry, REFUSED, " ".join(entry.errors))
        elif first != entry.number:
            reason = _("Ce SIRET est déjà à la ligne %(number)s.") % {"number": first}
            fate = Fate(entry, REFUSED, reason)
        elif organisation is None:
            fate = Fate(entry, CREATED, needs_partnership=True)
        elif state not in {None, Partnership.State.VALIDATED}:
            fate = Fate(
                entry, REFUSED, _("Sa demande de partenariat est à traiter à part.")
            )
        else:
            is_kept = organisation.pk in kept
            fate = _fate_of_known(entry, organisation, is_kept, state is None)
        found.append(fate)
    return found


def _fate_of_known(
    entry: Entry, organisation: Organisation, is_kept: bool, needs_partnership: bool
) -> Fate:
    """A structure that has a référent keeps its own page; the file may only make it a
    partner of one more service."""
    changes = () if is_kept else _changes(entry, organisation)
    details = []
    if needs_partnership:
        details.append(_("Devient partenaire du service."))
    if changes:
        names = [str(label_for_field(name, Organisation)) for name in changes]
        details.append(_("Change : %(names)s.") % {"names": ", ".join(names)})
    if is_kept:
        details.append(_("Son référent tient sa fiche."))
    outcome = UPDATED if changes or needs_partnership else SAME
    return Fate(
        entry, outcome, " ".join(details), organisation, changes, needs_partnership
    )


def _changes(entry: Entry, organisation: Organisation) -> tuple[str, ...]:
    """The fields that the file says otherwise; an empty cell says nothing."""
    changed = [
        name
        for name, value in entry.fields.items()
        if value and getattr(organisation, name) != value
    ]
    if entry.themes and set(entry.themes) != set(organisation.themes.all()):
        changed.append("themes")
    return tuple(changed)


def count_outcomes(found: Iterable[Fate]) -> Counter:
    return Counter(fate.outcome for fate in found)


@transaction.atomic
def import_organisations(*, by: User, entries: Iterable[Entry]) -> list[Fate]:
    """Do it, the refused lines left out; nobody is written to. The structures become
    validated partners of the service of `by`. Gives what was done."""
    if not by.is_active or not by.is_coordinator or by.spip is None:
        raise PermissionDenied
    done = fates(by.spip, entries)
    for fate in done:
        organisation = fate.organisation
        if fate.outcome == CREATED:
            organisation = _create(fate.entry)
        elif fate.outcome == UPDATED and organisation:
            _update(organisation, fate)
        if fate.needs_partnership and organisation:
            partnership = Partnership.objects.create(
                organisation=organisation,
                spip=by.spip,
                state=Partnership.State.VALIDATED,
                decided_by=by,
            )
            note_change(partnership, by)
    sirets = [fate.entry.siret for fate in done if fate.outcome in {CREATED, UPDATED}]
    locate(Organisation.objects.filter(siret__in=sirets))
    return done


def _create(entry: Entry) -> Organisation:
    organisation, is_new = Organisation.objects.get_or_create(
        siret=entry.siret, defaults=entry.fields
    )
    if not is_new:  # registered by somebody else in the meantime
        raise siret_taken()
    organisation.themes.set(entry.themes)
    return organisation


def _update(organisation: Organisation, fate: Fate) -> None:
    columns = [name for name in fate.changes if name != "themes"]
    for name in columns:
        setattr(organisation, name, fate.entry.fields[name])
    if columns:
        organisation.save(update_fields=columns)
    if "themes" in fate.changes:
        organisation.themes.set(fate.entry.themes)
