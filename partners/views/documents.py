"""The PDFs attached to a collective action."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partners.forms.publishing import DocumentForm
from partners.models import ActionDocument, CollectiveAction
from partners.services import documents as services
from partners.views.confirming import Confirmation, confirm
from partners.views.editing import FormPage, edit
from partners.views.files import pdf_response

METHODS = ["GET", "POST"]


@require_http_methods(METHODS)
def document_add(request: HttpRequest, uuid) -> HttpResponse:
    editable = CollectiveAction.objects.editable_by(request.user)
    action = get_object_or_404(editable, uuid=uuid)
    page = FormPage(
        title=_("Ajouter un document"),
        intro=_(
            "Il se lit avec l’action, par les mêmes personnes. Le fichier est chiffré "
            "dès son arrivée, puis vérifié avant d’être lisible."
        ),
        button=_("Ajouter le document"),
        done=_("Le document est déposé et chiffré. Sa vérification commence."),
        back=reverse("partners:action", args=[uuid]),
        back_label=action.title,
    )
    return edit(
        request,
        page,
        DocumentForm(request.POST or None, request.FILES or None),
        lambda file, **data: services.add_document(
            by=request.user, action=action, content=file, **data
        ),
    )


@require_safe
@login_not_required
def document_file(request: HttpRequest, uuid) -> HttpResponse:
    readable = ActionDocument.objects.visible_to(request.user).available()
    document = get_object_or_404(readable.select_related("file", "action"), uuid=uuid)
    chunks = services.read_document(by=request.user, document=document, request=request)
    name = f"document-{document.uuid.hex[:8]}"
    return pdf_response(request, chunks, name=name, size=document.file.size)


@require_http_methods(METHODS)
def document_remove(request: HttpRequest, uuid) -> HttpResponse:
    editable = ActionDocument.objects.editable_by(request.user)
    document = get_object_or_404(editable.select_related("file", "action"), uuid=uuid)
    page = Confirmation(
        title=_("Retirer le document"),
        sentence=_("« %(title)s » sera effacé : personne ne pourra plus le lire.")
        % {"title": document},
        button=_("Retirer le document"),
        done=_("Le document est retiré."),
        back=reverse("partners:action", args=[document.action.uuid]),
        kind="danger",
    )
    return confirm(
        request,
        page,
        lambda: services.remove_document(document=document, by=request.user),
    )
