from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from meetings import services
from meetings.forms import CancelForm
from meetings.models import Meeting
from meetings.progress import refused_addresses, sending_of


def meeting_convene(request: HttpRequest, uuid: UUID) -> HttpResponse:
    meeting = _managed(request, uuid)
    if not meeting.is_draft:  # a second click, or another coordinator
        messages.info(
            request,
            _("Réunion déjà convoquée : rien n’a été envoyé une seconde fois."),
        )
        return redirect("meetings:sending", uuid)
    count = meeting.invitations.count()
    if not count:
        messages.error(request, _("Choisissez au moins une personne à inviter."))
        return redirect("meetings:invitees", uuid)
    if request.method == "POST":
        try:
            services.convene_meeting(meeting=meeting, by=request.user)
        except ValidationError as error:
            messages.error(request, error.message)
            return redirect("meetings:meeting_edit", uuid)
        messages.success(request, _("La réunion est convoquée."))
        return redirect("meetings:sending", uuid)
    context = {"meeting": meeting, "count": count}
    return render(request, "meetings/meeting_convene.html", context)


@require_safe
def sending(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How far the mails of the last change are; `portal.js` asks for the bar alone."""
    meeting = _managed(request, uuid)
    if meeting.is_draft:
        return redirect("meetings:meeting_detail", uuid)
    context = {"meeting": meeting, "sending": sending_of(meeting)}
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return render(request, "meetings/sending_bar.html", context)
    context["refused"] = refused_addresses(meeting)
    return render(request, "meetings/sending.html", context)


def meeting_remind(request: HttpRequest, uuid: UUID) -> HttpResponse:
    meetings = Meeting.objects.editable_by(request.user)
    meeting = get_object_or_404(meetings, uuid=uuid)
    count = services.remindable(meeting).count()
    if meeting.was_reminded_today or not count:
        messages.info(request, _("Personne n’est à relancer aujourd’hui."))
        return redirect("meetings:meeting_detail", uuid)
    if request.method == "POST":
        count = services.remind_invitees(meeting=meeting, by=request.user)
        text = ngettext(
            "La relance part à %(count)s personne.",
            "La relance part à %(count)s personnes.",
            count,
        )
        messages.success(request, text % {"count": count})
        return redirect("meetings:meeting_detail", uuid)
    sentence = ngettext(
        "%(count)s personne qui n’a pas répondu recevra un message avec son lien de "
        "réponse.",
        "%(count)s personnes qui n’ont pas répondu recevront chacune un message avec "
        "leur lien de réponse.",
        count,
    )
    context = {
        "title": _("Relancer les personnes sans réponse"),
        "sentence": sentence % {"count": count},
        "button": _("Envoyer la relance"),
        "cancel_url": reverse("meetings:meeting_detail", args=[uuid]),
    }
    return render(request, "components/confirm_page.html", context)


def meeting_cancel(request: HttpRequest, uuid: UUID) -> HttpResponse:
    meeting = _managed(request, uuid)
    if meeting.is_cancelled or meeting.is_draft or meeting.has_begun:
        return redirect("meetings:meeting_detail", uuid)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        services.cancel_meeting(meeting=meeting, by=request.user, **form.cleaned_data)
        messages.success(
            request, _("La réunion est annulée. Les personnes invitées sont prévenues.")
        )
        return redirect("meetings:sending", uuid)
    count = meeting.invitations.count()
    sentence = ngettext(
        "La réunion n’aura pas lieu. %(count)s personne invitée recevra un message qui "
        "le dit et retire le rendez-vous de son agenda. Ce choix est définitif.",
        "La réunion n’aura pas lieu. %(count)s personnes invitées recevront un message "
        "qui le dit et retire le rendez-vous de leur agenda. Ce choix est définitif.",
        count,
    )
    context = {
        "title": _("Annuler la réunion"),
        "sentence": sentence % {"count": count},
        "button": _("Annuler la réunion et prévenir"),
        "cancel_url": reverse("meetings:meeting_detail", args=[uuid]),
        "form": form,
        "kind": "danger",
    }
    return render(request, "components/confirm_page.html", context)


def meeting_delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    meeting = _managed(request, uuid)
    if not meeting.is_draft:
        return redirect("meetings:meeting_detail", uuid)
    if request.method == "POST":
        services.delete_draft(meeting=meeting, by=request.user)
        messages.success(request, _("Le brouillon est supprimé."))
        return redirect("meetings:meeting_list")
    context = {
        "title": _("Supprimer le brouillon"),
        "sentence": _(
            "Le brouillon de réunion, son ordre du jour et sa liste d’invités seront "
            "effacés. Personne n’avait encore été prévenu."
        ),
        "button": _("Supprimer le brouillon"),
        "cancel_url": reverse("meetings:meeting_detail", args=[uuid]),
        "kind": "danger",
    }
    return render(request, "components/confirm_page.html", context)


def _managed(request: HttpRequest, uuid: UUID) -> Meeting:
    meetings = Meeting.objects.managed_by(request.user).select_related("spip")
    return get_object_or_404(meetings.prefetch_related("agenda"), uuid=uuid)
