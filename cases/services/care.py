"""Send the report of the end of a care."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from cases import emails
from cases.models import CareReport, ShareRecipient
from spip_portal.accounts.models import User
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record
from spip_portal.security.tasks import ring


@transaction.atomic
def send_care_report(
    *,
    by: User,
    grant: ShareRecipient,
    starts_on: date,
    ends_on: date,
    outcome: str,
    text: str,
) -> CareReport:
    """`grant`: a live row that ties the author to the case. The referent is told by a
    job: whoever writes does not know them."""
    if grant.user_id != by.pk:
        raise PermissionDenied
    report = CareReport(
        case_id=grant.case_id,
        share_id=grant.share_id,
        spip_id=grant.case.spip_id,
        membership_id=grant.membership_id,
        written_by=by,
        starts_on=starts_on,
        ends_on=ends_on,
        outcome=outcome,
    )
    report.text = text
    report.save(force_insert=True)
    record(
        actor=by,
        verb=Verb.CREATE,
        object_kind="bilan",
        object_uuid=report.uuid,
        share_uuid=grant.share.uuid,
    )
    ring("cases.tell")
    return report


def tell_care_reports() -> int:
    """Tell the referent of each report of the day, once; returns how many there are.
    Runs as the system."""
    recent = CareReport.objects.sent_lately().select_related("case__referent")
    for report in recent:
        emails.send_care_report_received(report, report.case.referent)
    return len(recent)
