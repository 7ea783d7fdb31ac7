from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings import services
from meetings.enums import MeetingState
from meetings.forms import InviteesForm, MeetingEditor
from meetings.models import Meeting


def meeting_create(request: HttpRequest) -> HttpResponse:
    """A draft, empty or like the last meeting."""
    if not (request.user.is_coordinator or request.user.is_manager):
        raise Http404
    last = Meeting.objects.managed_by(request.user).first()
    is_copy = last and "comme-la-derniere" in request.GET
    blank = MeetingEditor.like(last) if is_copy else MeetingEditor()
    editor = _editor(request) or blank
    if _is_ready(request, editor):
        meeting = services.create_meeting(by=request.user, plan=editor.plan())
        messages.success(request, _("Le brouillon est enregistré."))
        return redirect("meetings:invitees", meeting.uuid)
    context = {"editor": editor, "meeting": None, "last": last}
    return render(request, "meetings/meeting_form.html", context)


def meeting_edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What everyone was told changes only after a page that says whom it is told to."""
    meeting = get_object_or_404(Meeting.objects.editable_by(request.user), uuid=uuid)
    editor = _editor(request) or MeetingEditor.of(meeting)
    if _is_ready(request, editor):
        plan = editor.plan()
        is_told = plan.changes(meeting) and not meeting.is_draft
        if is_told and "confirmed" not in request.POST:
            return _confirm_edit(request, meeting, plan)
        try:
            return _save_edit(request, meeting, editor)
        except ValidationError as error:
            editor.form.add_error(None, error)
    context = {"editor": editor, "meeting": meeting}
    return render(request, "meetings/meeting_form.html", context)


def _confirm_edit(
    request: HttpRequest, meeting: Meeting, plan: services.Plan
) -> HttpResponse:
    """The typed text travels in hidden fields, both ways."""
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]
    context = {
        "meeting": meeting,
        "plan": plan,
        "typed": typed,
        "count": meeting.invitations.count(),
        "is_asked_again": "starts_at" in plan.changes(meeting),
    }
    return render(request, "meetings/meeting_edit_confirm.html", context)


def _save_edit(
    request: HttpRequest, meeting: Meeting, editor: MeetingEditor
) -> HttpResponse:
    is_told = services.edit_meeting(
        meeting=meeting, by=request.user, plan=editor.plan(), version=editor.version
    )
    if is_told:
        messages.success(
            request,
            _("La réunion est modifiée. Les personnes invitées sont prévenues."),
        )
        return redirect("meetings:sending", meeting.uuid)
    if meeting.is_draft:
        messages.success(request, _("Le brouillon est enregistré."))
        return redirect("meetings:invitees", meeting.uuid)
    messages.success(
        request,
        _("Les modifications sont enregistrées, sans message aux personnes invitées."),
    )
    return redirect("meetings:meeting_detail", meeting.uuid)


def invitees(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Whom to invite; after the convocation, whom to add."""
    meetings = Meeting.objects.editable_by(request.user).select_related("spip")
    meeting = get_object_or_404(meetings, uuid=uuid)
    data = request.POST if request.method == "POST" else None
    form = InviteesForm(data, meeting=meeting)
    if form.is_valid():
        try:
            added = services.choose_invitees(
                meeting=meeting, by=request.user, invitees=form.invitees()
            )
        except ValidationError as error:
            form.add_error("others", error)
        else:
            return _after_invitees(request, meeting, added)
    context = {"form": form, "meeting": meeting}
    return render(request, "meetings/invitees.html", context)


def _after_invitees(request: HttpRequest, meeting: Meeting, added: int) -> HttpResponse:
    if meeting.state == MeetingState.DRAFT:
        text = ngettext(
            "La liste est enregistrée : %(count)s personne.",
            "La liste est enregistrée : %(count)s personnes.",
            added,
        )
        messages.success(request, text % {"count": added})
        return redirect("meetings:meeting_convene", meeting.uuid)
    text = ngettext(
        "%(count)s personne est ajoutée ; sa convocation part.",
        "%(count)s personnes sont ajoutées ; leurs convocations partent.",
        added,
    )
    messages.success(request, text % {"count": added})
    return redirect("meetings:sending", meeting.uuid)


def _editor(request: HttpRequest) -> MeetingEditor | None:
    """What was typed: to be judged, or only shown again with more rows."""
    if request.method != "POST":
        return None
    editor = MeetingEditor(request.POST)
    return editor.with_more_rows() if _is_only_shown(request) else editor


def _is_ready(request: HttpRequest, editor: MeetingEditor) -> bool:
    is_posted = request.method == "POST" and not _is_only_shown(request)
    return is_posted and editor.is_valid()


def _is_only_shown(request: HttpRequest) -> bool:
    return "more_rows" in request.POST or "back" in request.POST
