from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from meetings import ics, letters
from meetings.forms import InvitationFilterForm, MeetingFilterForm
from meetings.links import reply_path
from meetings.models import Invitation, Meeting
from meetings.services import remindable
from meetings.wording import answers_sentence
from spip_portal.calendar import CONTENT_TYPE
from spip_portal.ui.urls import absolute

PAGE_SIZE = 20
INVITEES_PAGE_SIZE = 50


@require_safe
def meeting_list(request: HttpRequest) -> HttpResponse:
    can_manage = request.user.is_coordinator or request.user.is_manager
    form = MeetingFilterForm(request.GET, can_manage=can_manage)
    meetings = (
        form.apply(Meeting.objects.visible_to(request.user))
        .with_answers()
        .with_answer_of(request.user)
        .coming_first()
    )
    page = Paginator(meetings, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "can_manage": can_manage,
        # Whose answers are counted; of another service's meeting one reads one's own.
        "own_spip_id": request.user.spip.pk if can_manage else None,
    }
    return render(request, "meetings/meeting_list.html", context)


@require_safe
def meeting_detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What it is about; for those who manage it, who answers what."""
    meeting = _visible(request, uuid)
    context = {"meeting": meeting, "can_manage": False}
    if Meeting.objects.managed_by(request.user).filter(pk=meeting.pk).exists():
        context |= _management(request, meeting)
    own = Invitation.objects.addressed_to(request.user).filter(meeting=meeting).first()
    if own and not meeting.is_draft:
        context |= {
            "own": own,
            "reply_path": reply_path(own),
            "can_answer": meeting.invitations.answerable().filter(pk=own.pk).exists(),
        }
    return render(request, "meetings/meeting_detail.html", context)


def _management(request: HttpRequest, meeting: Meeting) -> dict:
    form = InvitationFilterForm(request.GET)
    invitations = form.apply(meeting.invitations.select_related("organisation"))
    page = Paginator(invitations, INVITEES_PAGE_SIZE).get_page(request.GET.get("page"))
    tally = meeting.invitations.tally()
    return {
        "can_manage": True,
        "can_edit": Meeting.objects.editable_by(request.user)
        .filter(pk=meeting.pk)
        .exists(),
        "form": form,
        "page": page,
        "tally": tally,
        "answers_sentence": answers_sentence(tally),
        "remindable": remindable(meeting).count(),
    }


@require_safe
def specimen(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The letter before it is sent, for those who will send it."""
    meetings = Meeting.objects.managed_by(request.user).select_related("spip")
    content = letters.specimen(get_object_or_404(meetings, uuid=uuid))
    return file_response(content, "application/pdf", letters.FILE_NAME)


@require_safe
def meeting_calendar(request: HttpRequest, uuid: UUID) -> HttpResponse:
    meeting = _visible(request, uuid)
    url = absolute(reverse("meetings:meeting_detail", args=[uuid]))
    return file_response(ics.published(meeting, url=url), CONTENT_TYPE, ics.FILE_NAME)


def file_response(content: bytes, content_type: str, name: str) -> HttpResponse:
    is_shown = content_type == "application/pdf"
    disposition = content_disposition_header(not is_shown, name)
    return HttpResponse(
        content, content_type, headers={"Content-Disposition": disposition}
    )


def _visible(request: HttpRequest, uuid: UUID) -> Meeting:
    meetings = Meeting.objects.visible_to(request.user).select_related("spip")
    return get_object_or_404(meetings.prefetch_related("agenda"), uuid=uuid)
