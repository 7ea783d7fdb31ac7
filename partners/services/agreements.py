"""Conventions and protocols, as the coordination of a service keeps them."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from partners.models import Agreement, AgreementParty, Organisation, Theme
from partners.services.writing import service_of, write
from spip_portal.accounts.models import User


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
