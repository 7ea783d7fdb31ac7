"""Conventions and protocols, as the coordination of a service keeps them."""

import uuid
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from partners import agreement_emails
from partners.models import (
    Agreement,
    AgreementAmendment,
    AgreementParty,
    Membership,
    Organisation,
    Theme,
)
from partners.services.writing import row_uuid, service_of, write
from spip_portal.accounts.models import User
from spip_portal.security.dates import today

DAY = timedelta(days=1)
# What a renewal takes over: the rest is for the new signature to say.
KEPT = (
    "spip",
    "kind",
    "title",
    "territory",
    "objectives",
    "expected_results",
    "indicators",
    "renewal",
    "notice_days",
    "authority",
    "places",
    "audience",
)


@transaction.atomic
def add_agreement(*, by: User, **values: Any) -> Agreement:
    """Record a convention of the service; `save_agreement` names the values."""
    return save_agreement(agreement=Agreement(spip=service_of(by)), by=by, **values)


@transaction.atomic
def save_agreement(
    *,
    agreement: Agreement,
    by: User,
    lead: Organisation,
    associates: Iterable[Organisation],
    themes: Iterable[Theme],
    **fields: Any,
) -> Agreement:
    """Write a convention whole. Its state follows from its dates, and with it every
    share that rests on it."""
    write(agreement, by, Agreement.objects.editable_by(by), fields)
    agreement.themes.set(themes)
    _set_parties(agreement, lead, associates)
    return agreement


def _set_parties(
    agreement: Agreement, lead: Organisation, associates: Iterable[Organisation]
) -> None:
    parties = [lead, *associates]
    agreement.parties.exclude(organisation__in=parties).delete()
    # Before another leads: there is never more than one.
    agreement.parties.exclude(organisation=lead).update(is_lead=False)
    for organisation in parties:
        AgreementParty.objects.update_or_create(
            agreement=agreement,
            organisation=organisation,
            defaults={"is_lead": organisation == lead},
        )


@transaction.atomic
def name_persons_in_charge(
    *, agreement: Agreement, by: User, persons: Iterable[Membership]
) -> None:
    """Members of the parties who answer for it to the service."""
    locked, persons = _locked(agreement, by), list(persons)
    parties = set(locked.organisations.values_list("pk", flat=True))
    if any(person.organisation_id not in parties for person in persons):
        raise PermissionDenied
    locked.persons_in_charge.set(persons)


# -- What happens to one that is signed ----


@transaction.atomic
def denounce_agreement(*, agreement: Agreement, by: User, on: date) -> None:
    """It ends on that day, and every share that rests on it; the référents of the
    parties are told. Whether the notice is kept is for the form to warn about: the law
    may allow less."""
    locked = _locked(agreement, by)
    if not locked.is_denounceable:
        raise ValidationError(_("Cette convention ne peut plus être dénoncée."))
    if not today() <= on <= locked.ends_on:
        raise ValidationError(_("La date d’effet est entre aujourd’hui et la fin."))
    locked.denounced_on = on
    locked.save(update_fields=["denounced_on"])
    agreement_emails.send_denounced(locked)


@transaction.atomic
def amend_agreement(
    *,
    agreement: Agreement,
    by: User,
    signed_on: date,
    changes: str,
    ends_on: date | None = None,
    key: uuid.UUID | None = None,
) -> AgreementAmendment:
    """Keep what a later signature changed, and move the end if it did. `key` is the
    form's own: posted twice, it adds one amendment."""
    locked = _locked(agreement, by)
    own_uuid = row_uuid(key, locked)
    if known := locked.amendments.filter(uuid=own_uuid).first():
        return known
    amendment = locked.amendments.create(
        uuid=own_uuid,
        signed_on=signed_on,
        changes=changes,
        ends_on=ends_on,
        previous_ends_on=locked.ends_on if ends_on else None,
        added_by=by,
    )
    if ends_on:
        locked.ends_on = ends_on
        locked.save(update_fields=["ends_on"])
    return amendment


@transaction.atomic
def renew_agreement(*, agreement: Agreement, by: User) -> Agreement:
    """A new one, to be signed, that takes over where this one ends, for as long. Asked
    twice, it is the same."""
    old = _locked(agreement, by)
    known = Agreement.objects.filter(renews=old).first()
    if known:
        return known
    starts_on = old.ends_on + DAY
    new = Agreement.objects.create(
        renews=old,
        starts_on=starts_on,
        ends_on=_same_length(old.starts_on, old.ends_on, starts_on),
        **{name: getattr(old, name) for name in KEPT},
    )
    new.themes.set(old.themes.all())
    new.persons_in_charge.set(old.persons_in_charge.live())
    AgreementParty.objects.bulk_create(
        AgreementParty(
            agreement=new, organisation_id=row.organisation_id, is_lead=row.is_lead
        )
        for row in old.parties.order_by("pk")
    )
    return new


def _same_length(starts_on: date, ends_on: date, new_start: date) -> date:
    """The last day of as many whole months, or else of as many days."""
    after = ends_on + DAY
    if after.day != starts_on.day:
        return new_start + (ends_on - starts_on)
    months = (after.year - starts_on.year) * 12 + after.month - starts_on.month
    return months_later(new_start, months) - DAY


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _locked(agreement: Agreement, by: User) -> Agreement:
    editable = Agreement.objects.editable_by(by).filter(pk=agreement.pk)
    locked = editable.select_for_update(of=("self",)).first()
    if locked is None:
        raise PermissionDenied
    return locked
