"""« Messages de liaison », under a share."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from cases.forms.liaison import MessageForm, WordsForm
from cases.models import LiaisonMessage, Share
from cases.models.liaison import audience_of, mark_of
from cases.services import liaison as services
from partners.views.listing import page_of
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record


def liaison(request: HttpRequest, share) -> HttpResponse:
    """The thread, newest first, who reads it, and a message to write: read over with
    the names of its readers before it is sent."""
    discussed = Share.objects.discussed_by(request.user)
    found = get_object_or_404(discussed.select_related("case__spip"), uuid=share)
    others = audience_of(found, request.user)
    form = MessageForm(request.POST or None) if others else None
    context = {"share": found, "others": others, "form": form}
    if form and form.is_valid() and "back" not in request.POST:
        confirmed, mark = request.POST.get("confirmed", ""), mark_of(others)
        if confirmed != mark:
            context |= {"mark": mark, "has_changed": bool(confirmed)}
            return render(request, "cases/liaison_confirm.html", context)
        services.send_message(by=request.user, share=found, **form.cleaned_data)
        messages.success(request, _("Le message est envoyé."))
        return redirect("cases:liaison", share=share)
    if not form:
        context["typed"] = request.POST.get("text", "")
    return render(request, "cases/liaison.html", context | _thread(request, found))


def _thread(request: HttpRequest, share: Share) -> dict:
    """A reading of the thread is one line of the journal, once something is in it."""
    visible = LiaisonMessage.objects.visible_to(request.user).filter(share=share)
    page = page_of(
        request, visible.select_related("written_by", "membership__organisation")
    )
    if page.object_list:
        record(
            actor=request.user,
            verb=Verb.READ,
            spip_id=share.case.spip_id,
            object_kind=LiaisonMessage.KIND,
            share_uuid=share.uuid,
            count=len(page),
            request=request,
        )
    return {"page": page}


def liaison_edit(request: HttpRequest, uuid) -> HttpResponse:
    """For its author, for a day; after that the page says so."""
    visible = LiaisonMessage.objects.visible_to(request.user)
    found = get_object_or_404(
        visible.select_related("share", "case__spip"),
        uuid=uuid,
        written_by=request.user,
    )
    form = None
    if not found.is_locked:
        form = WordsForm(request.POST or None, initial={"text": found.text})
    if form and form.is_valid():
        try:
            services.change_message(by=request.user, message=found, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Le message est modifié."))
            return redirect("cases:liaison", share=found.share.uuid)
    others = audience_of(found.share, request.user)
    typed = "" if form else request.POST.get("text", "")
    context = {"written": found, "form": form, "others": others, "typed": typed}
    return render(request, "cases/liaison_edit.html", context)
