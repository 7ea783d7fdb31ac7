"""The papers of a share, printed from what was decided."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from cases.decisions import decision_of
from cases.models import Share
from cases.views.sharing import PARTS
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record
from spip_portal.pdf import render_pdf
from spip_portal.security.headers import FILE_POLICY


@require_safe
def share_slip(request: HttpRequest, uuid) -> HttpResponse:
    """« Bordereau de partage »: one page, for the case's paper file."""
    return _paper(request, uuid, "pdf/share_slip.html", "bordereau")


@require_safe
def share_notice(request: HttpRequest, uuid) -> HttpResponse:
    """What the person followed is told, in plain language."""
    return _paper(request, uuid, "pdf/share_notice.html", "notice")


def _paper(request: HttpRequest, uuid, template: str, name: str) -> HttpResponse:
    visible = Share.objects.visible_to(request.user).with_effect()
    found = get_object_or_404(visible.select_related(*PARTS), uuid=uuid)
    decision = decision_of(found)
    if not decision["documents"]:  # a blank paper would say that nothing was shared
        raise Http404
    record(
        actor=request.user,
        verb=Verb.PRINT,
        spip_id=found.case.spip_id,
        object_kind="partage",
        object_uuid=found.uuid,
        share_uuid=found.uuid,
        request=request,
    )
    return pdf_response(template, decision, f"{name}-{found.uuid.hex[:8]}")


def pdf_response(template: str, context: dict, name: str) -> HttpResponse:
    """A paper made now, shown by the browser's own reader."""
    content = render_pdf(template, context)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Content-Security-Policy"] = FILE_POLICY
    return response
