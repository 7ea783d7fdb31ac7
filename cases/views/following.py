"""What follows a share: acknowledgements, requests for access."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.forms.following import AccessAnswerForm, AccessRequestForm
from cases.models import AccessRequest, Document, ShareRecipient
from cases.services import following as services
from partners.models import Membership

SHOWN = 50


@require_POST
def document_acknowledge(request: HttpRequest, uuid) -> HttpResponse:
    """A recipient says that they have read."""
    grants = ShareRecipient.objects.filter(
        user=request.user, content_object__uuid=uuid
    ).select_related("content_object", "share")
    grant = grants.order_by("-pk").first()
    if grant is None:
        raise Http404
    try:
        services.acknowledge(by=request.user, grant=grant)
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Votre accusé de lecture est enregistré."))
    return redirect("cases:document", uuid=uuid)


def access_requests(request: HttpRequest) -> HttpResponse:
    """A professional asks by a reference, and sees what became of each request."""
    membership = Membership.objects.active_for(request.user).first()
    if request.user.is_agent or membership is None:
        raise Http404
    form = AccessRequestForm(request.POST or None)
    if form.is_valid():
        try:
            services.ask_access(
                by=request.user, membership=membership, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request,
                _(
                    "Votre demande est enregistrée. Si la référence est bonne, le "
                    "service vous répondra ici."
                ),
            )
            return redirect("cases:access_requests")
    mine = AccessRequest.objects.visible_to(request.user)[:SHOWN]
    context = {"form": form, "requests": mine}
    return render(request, "cases/access_requests.html", context)


def access_answer(request: HttpRequest, uuid) -> HttpResponse:
    """Whoever follows the case decides; what is granted is then shared."""
    asked = get_object_or_404(
        AccessRequest.objects.answerable_by(request.user).select_related(
            "case", "asked_by", "membership__organisation"
        ),
        uuid=uuid,
    )
    documents = Document.objects.visible_to(request.user)
    wanted = documents.filter(uuid=asked.reference).first()
    form = AccessAnswerForm(request.POST or None)
    if form.is_valid():
        services.answer_access(by=request.user, request=asked, **form.cleaned_data)
        messages.success(request, _("Votre réponse est enregistrée et envoyée."))
        if form.cleaned_data["is_granted"]:
            page = reverse("cases:share_new", args=[asked.case.uuid])
            query = {"structure": asked.membership.organisation.uuid}
            query |= {"document": wanted.uuid} if wanted else {}
            return redirect(f"{page}?{urlencode(query)}")
        return redirect("cases:case", uuid=asked.case.uuid)
    context = {"form": form, "asked": asked, "case": asked.case, "wanted": wanted}
    return render(request, "cases/access_answer.html", context)
