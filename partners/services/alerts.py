"""What tells in time of the end of a convention, and of a page that nobody confirms."""

from django.db import transaction

from partners import agreement_emails, review_emails
from partners.models import Agreement, AgreementAlert, Organisation, ReviewReminder


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


@transaction.atomic
def remind_reviews() -> int:
    """At six, eight and nine months without a confirmed page, once each until it is
    confirmed; returns how many structures were told of. Whatever was missed while no
    worker ran, each hears of its last threshold only."""
    return sum(
        _remind(organisation, months)
        for months in ReviewReminder.THRESHOLDS
        for organisation in list(ReviewReminder.objects.due(months))
    )


def _remind(organisation: Organisation, months: int) -> bool:
    _reminder, is_new = ReviewReminder.objects.get_or_create(
        organisation=organisation, months=months, reviewed_at=organisation.reviewed_at
    )
    if is_new:
        review_emails.send_review_reminder(organisation, months)
    return is_new
