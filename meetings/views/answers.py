"""The pages behind the link of a mail: no account, no cookie needed to read them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from meetings import ics, services
from meetings.enums import Answer
from meetings.forms import AnswerForm
from meetings.links import reply_url, uuid_of
from meetings.models import Invitation
from meetings.views.lists import file_response
from spip_portal.calendar import CONTENT_TYPE


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Fetching the page changes nothing: mail gateways open every link."""
    invitation = _invitation(token)
    is_open = Invitation.objects.answerable().filter(pk=invitation.pk).exists()
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        initial={
            "answer": "" if invitation.answer == Answer.NONE else invitation.answer,
            "represented_by": invitation.represented_by,
            "comment": invitation.comment,
        },
    )
    if is_open and form.is_valid():
        services.record_answer(invitation=invitation, **form.cleaned_data)
        messages.success(request, _("Merci, votre réponse est enregistrée."))
        return redirect(request.path)
    context = {
        "invitation": invitation,
        "meeting": invitation.meeting,
        "form": form,
        "is_open": is_open,
        "token": token,
    }
    return render(request, "meetings/answer.html", context)


@never_cache
@require_safe
@login_not_required
def answer_calendar(request: HttpRequest, token: str) -> HttpResponse:
    invitation = _invitation(token)
    content = ics.published(invitation.meeting, url=reply_url(invitation))
    return file_response(content, CONTENT_TYPE, ics.FILE_NAME)


def _invitation(token: str) -> Invitation:
    """A made-up token and one of a meeting not convened give the same 404."""
    invitations = Invitation.objects.reachable().select_related(
        "meeting__spip", "organisation"
    )
    return get_object_or_404(
        invitations.prefetch_related("meeting__agenda"), uuid=uuid_of(token)
    )
