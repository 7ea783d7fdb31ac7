"""The PDFs that show what a structure is."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partners.forms.registering import ProofForm
from partners.models import Organisation, Proof
from partners.services import proofs as services
from partners.views.confirming import Confirmation, confirm
from partners.views.files import pdf_response
from partners.views.organisation import own_organisation

METHODS = ["GET", "POST"]


@require_safe
def proof_file(request: HttpRequest, uuid) -> HttpResponse:
    readable = Proof.objects.visible_to(request.user).available()
    proof = get_object_or_404(readable.select_related("file"), uuid=uuid)
    chunks = services.read_proof(by=request.user, proof=proof, request=request)
    name = f"justificatif-{proof.uuid.hex[:8]}"
    return pdf_response(request, chunks, name=name, size=proof.file.size)


@require_http_methods(METHODS)
def proof_add(request: HttpRequest) -> HttpResponse:
    editable = Organisation.objects.editable_by(request.user)
    organisation = own_organisation(request, editable)
    form = ProofForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.add_proof(
                by=request.user,
                organisation=organisation,
                content=data["file"],
                key=data["key"],
            )
        except ValidationError as error:
            form.add_error("file", error)
        else:
            messages.success(
                request,
                _("Le justificatif est déposé et chiffré. Sa vérification commence."),
            )
            return redirect("partners:proof_add")
    context = {"form": form, "proofs": organisation.proofs.select_related("file")}
    return render(request, "partners/proof_add.html", context)


@require_http_methods(METHODS)
def proof_remove(request: HttpRequest, uuid) -> HttpResponse:
    editable = Proof.objects.editable_by(request.user)
    proof = get_object_or_404(editable.select_related("file"), uuid=uuid)
    page = Confirmation(
        title=_("Retirer le justificatif"),
        sentence=_("Le fichier sera effacé : personne ne pourra plus le lire."),
        button=_("Retirer le justificatif"),
        done=_("Le justificatif est retiré."),
        back=reverse("partners:proof_add"),
        kind="danger",
    )
    return confirm(
        request, page, lambda: services.remove_proof(proof=proof, by=request.user)
    )
