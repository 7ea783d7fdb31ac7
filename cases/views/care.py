"""« Bilan de fin de prise en charge », from the structure to the service."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.forms.care import CareReportForm
from cases.models import CareReport, Case, ShareRecipient
from cases.services import care as services
from cases.views.papers import pdf_response
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record

# Without the case nor the share: a partner sees them no more once it is over.
PARTS = ("spip", "membership__organisation", "written_by")


def care_report_new(request: HttpRequest, uuid) -> HttpResponse:
    """From a live share that names whoever writes."""
    grants = ShareRecipient.objects.filter(user=request.user, share__uuid=uuid)
    grant = grants.select_related("share", "case__spip").first()
    if grant is None:
        raise Http404
    form = CareReportForm(request.POST or None)
    if form.is_valid():
        sent = services.send_care_report(
            by=request.user, grant=grant, **form.cleaned_data
        )
        messages.success(request, _("Le bilan est envoyé au CPIP qui suit le dossier."))
        return redirect("cases:care_report", uuid=sent.uuid)
    context = {"form": form, "grant": grant}
    return render(request, "cases/care_report_new.html", context)


@require_safe
def care_report(request: HttpRequest, uuid) -> HttpResponse:
    found, case = _read(request, uuid, Verb.READ)
    is_mine = found.written_by_id == request.user.pk
    context = {"report": found, "case": case, "is_mine": is_mine}
    return render(request, "cases/care_report.html", context)


@require_safe
def care_report_pdf(request: HttpRequest, uuid) -> HttpResponse:
    found, case = _read(request, uuid, Verb.PRINT)
    context = {"report": found, "case": case}
    return pdf_response("pdf/care_report.html", context, f"bilan-{uuid}")


def _read(request: HttpRequest, uuid, verb: Verb) -> tuple[CareReport, Case | None]:
    visible = CareReport.objects.visible_to(request.user).select_related(*PARTS)
    found = get_object_or_404(visible, uuid=uuid)
    record(
        actor=request.user,
        verb=verb,
        spip_id=found.spip_id,
        object_kind="bilan",
        object_uuid=found.uuid,
        request=request,
    )
    return found, Case.objects.filter(pk=found.case_id).first()
