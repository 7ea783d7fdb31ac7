"""The PDFs attached to a convention."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partners.forms.agreements import AnnexForm
from partners.models import Agreement, AgreementAnnex
from partners.services import annexes as services
from partners.views.confirming import Confirmation, confirm
from partners.views.editing import FormPage, edit
from partners.views.files import pdf_response

METHODS = ["GET", "POST"]


@require_http_methods(METHODS)
def annex_add(request: HttpRequest, uuid) -> HttpResponse:
    editable = Agreement.objects.editable_by(request.user)
    agreement = get_object_or_404(editable, uuid=uuid)
    page = FormPage(
        title=_("Ajouter une annexe"),
        intro=_(
            "Le texte signé ou une pièce jointe. Le fichier est chiffré dès son "
            "arrivée, puis vérifié avant d’être lisible."
        ),
        button=_("Ajouter une annexe"),
        done=_("L’annexe est déposée et chiffrée. Sa vérification commence."),
        back=reverse("partners:agreement", args=[uuid]),
        back_label=agreement.title,
    )
    return edit(
        request,
        page,
        AnnexForm(request.POST or None, request.FILES or None),
        lambda file, **data: services.add_annex(
            by=request.user, agreement=agreement, content=file, **data
        ),
    )


@require_safe
@login_not_required
def annex_file(request: HttpRequest, uuid) -> HttpResponse:
    readable = AgreementAnnex.objects.visible_to(request.user).available()
    annex = get_object_or_404(readable.select_related("file", "agreement"), uuid=uuid)
    chunks = services.read_annex(by=request.user, annex=annex, request=request)
    name = f"annexe-{annex.uuid.hex[:8]}"
    return pdf_response(request, chunks, name=name, size=annex.file.size)


@require_http_methods(METHODS)
def annex_remove(request: HttpRequest, uuid) -> HttpResponse:
    editable = AgreementAnnex.objects.editable_by(request.user)
    annex = get_object_or_404(editable.select_related("file", "agreement"), uuid=uuid)
    page = Confirmation(
        title=_("Retirer l’annexe"),
        sentence=_("« %(title)s » sera effacée : personne ne pourra plus la lire.")
        % {"title": annex},
        button=_("Retirer l’annexe"),
        done=_("L’annexe est retirée."),
        back=reverse("partners:agreement", args=[annex.agreement.uuid]),
        kind="danger",
    )
    return confirm(
        request, page, lambda: services.remove_annex(annex=annex, by=request.user)
    )
