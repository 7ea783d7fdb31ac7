from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases import readings
from cases.forms.documents import DocumentForm, describe
from cases.models import Acknowledgement, Case, Document, ShareRecipient
from cases.services import documents as services


def document_add(request: HttpRequest, uuid) -> HttpResponse:
    found = get_object_or_404(Case.objects.followed_by(request.user), uuid=uuid)
    form = DocumentForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        data = form.cleaned_data
        added = services.add_document(
            by=request.user, case=found, content=data.pop("file"), **data
        )
        messages.success(
            request, _("Le document est déposé et chiffré. Sa vérification commence.")
        )
        return redirect("cases:document", uuid=added.uuid)
    return render(request, "cases/document_add.html", {"form": form, "case": found})


@require_safe
def document(request: HttpRequest, uuid) -> HttpResponse:
    visible = Document.objects.visible_to(request.user)
    found = get_object_or_404(
        visible.select_related("file", "case__spip", "added_by"), uuid=uuid
    )
    grants = ShareRecipient.objects.filter(user=request.user, content_object=found)
    grant = (
        grants.select_related("share__created_by", "share__legal_basis")
        .order_by("-pk")
        .first()
    )
    context = {"document": found, "title": describe(found), "grant": grant}
    if grant:
        context |= {
            "acknowledgement": grant.share.acknowledgements.filter(
                user=request.user, document=found
            ).first(),
            "commitment": Acknowledgement.COMMITMENT,
        }
    if request.user.is_cpip:
        context["readings"] = readings.of_documents([found])
    return render(request, "cases/document.html", context)
