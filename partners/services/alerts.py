"""What tells of the end of a convention in time."""

from django.db import transaction

from partners import agreement_emails
from partners.models import Agreement, AgreementAlert


@transaction.atomic
def warn_ending_agreements() -> int:
    """At 180, 90 and 30 days, once each; returns how many were told of. Whatever was
    missed while no worker ran, each convention is told of at its nearest threshold
    only: those further away are behind."""
    told, above = 0, 0
    for days in AgreementAlert.THRESHOLDS:
        ending = Agreement.objects.to_warn_of(days, above).select_related("spip")
        for agreement in ending:
            told += _warn(agreement, days)
        above = days + 1
    return told


def _warn(agreement: Agreement, days: int) -> bool:
    _alert, is_new = AgreementAlert.objects.get_or_create(
        agreement=agreement, days=days, ends_on=agreement.ends_on
    )
    if is_new:
        agreement_emails.send_ending(agreement, days)
    return is_new
