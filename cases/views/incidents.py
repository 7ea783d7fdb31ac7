"""« Signalement d’incident », from the structure to the service, and its answer."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases.forms.incidents import IncidentAnswerForm, IncidentForm
from cases.models import Case, Incident, ShareRecipient
from cases.services import incidents as services
from cases.views.papers import pdf_response
from partners.views.listing import page_of
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record

# Without the case: a partner sees it no more once the share is over.
PARTS = (
    "spip",
    "membership__organisation",
    "reported_by",
    "received_by",
    "answered_by",
)


def incident_new(request: HttpRequest, uuid) -> HttpResponse:
    """From a live share that names whoever reports."""
    grants = ShareRecipient.objects.filter(user=request.user, share__uuid=uuid)
    grant = grants.select_related("share", "case__spip").first()
    if grant is None:
        raise Http404
    form = IncidentForm(request.POST or None)
    if form.is_valid():
        try:
            made = services.report_incident(
                by=request.user, grant=grant, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Le signalement est envoyé au service."))
            return redirect("cases:incident", uuid=made.uuid)
    context = {"form": form, "grant": grant}
    return render(request, "cases/incident_new.html", context)


@require_safe
def incidents(request: HttpRequest) -> HttpResponse:
    """What the service still owes an answer."""
    if not (request.user.is_cpip or request.user.is_manager):
        raise Http404
    waiting = Incident.objects.answerable_by(request.user).select_related(
        "case", "membership__organisation"
    )
    page = page_of(request, waiting.soonest_first())
    record(
        actor=request.user,
        verb=Verb.LIST,
        object_kind=services.KIND,
        count=len(page),
        request=request,
    )
    return render(request, "cases/incidents.html", {"page": page})


@require_safe
def incident(request: HttpRequest, uuid) -> HttpResponse:
    """The author's receipt; for the service, what it has to do."""
    found, case = _read(request, uuid, Verb.READ)
    is_mine = found.reported_by_id == request.user.pk
    context = {"incident": found, "case": case, "is_mine": is_mine, "typed": ""}
    return render(request, "cases/incident.html", context)


@require_safe
def incident_pdf(request: HttpRequest, uuid) -> HttpResponse:
    found, case = _read(request, uuid, Verb.PRINT)
    context = {"incident": found, "case": case}
    name = f"signalement-{found.uuid.hex[:8]}"
    return pdf_response("pdf/incident.html", context, name)


def _read(request: HttpRequest, uuid, verb: Verb) -> tuple[Incident, Case | None]:
    visible = Incident.objects.visible_to(request.user).select_related(*PARTS)
    found = get_object_or_404(visible, uuid=uuid)
    services.note_incident(request.user, verb, found, request=request)
    return found, Case.objects.filter(pk=found.case_id).first()


@require_POST
def incident_receive(request: HttpRequest, uuid) -> HttpResponse:
    found = _of_the_service(request, uuid)
    services.receive_incident(by=request.user, incident=found)
    messages.success(request, _("La structure est prévenue de la réception."))
    return redirect("cases:incident", uuid=uuid)


def incident_answer(request: HttpRequest, uuid) -> HttpResponse:
    """Whoever comes second finds the answer given, and their own words."""
    found = _of_the_service(request, uuid)
    if found.answered_at:
        return _answered_before(request, found)
    form = IncidentAnswerForm(request.POST or None)
    if form.is_valid():
        try:
            services.answer_incident(
                by=request.user, incident=found, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Votre réponse est envoyée à la structure."))
            return redirect("cases:incident", uuid=uuid)
    services.note_incident(request.user, Verb.READ, found, request=request)
    context = {"form": form, "incident": found, "case": found.case}
    return render(request, "cases/incident_answer.html", context)


def _answered_before(request: HttpRequest, incident: Incident) -> HttpResponse:
    typed = request.POST.get("answer", "")
    if not typed or (incident.answered_by, incident.answer) == (request.user, typed):
        return redirect("cases:incident", uuid=incident.uuid)
    services.note_incident(request.user, Verb.READ, incident, request=request)
    messages.warning(request, _("Une réponse est déjà partie : la vôtre ne l’est pas."))
    context = {
        "incident": incident,
        "case": incident.case,
        "is_mine": False,
        "typed": typed,
    }
    return render(request, "cases/incident.html", context)


def _of_the_service(request: HttpRequest, uuid) -> Incident:
    if not request.user.is_agent:
        raise Http404
    visible = Incident.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("case", *PARTS), uuid=uuid)
