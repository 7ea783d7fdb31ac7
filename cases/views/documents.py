from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from cases import readings
from cases.enums import DEFAULT_RULES
from cases.forms.documents import (
    CorrectionForm,
    DocumentForm,
    VersionForm,
    describe,
)
from cases.models import Acknowledgement, Case, Document, ShareRecipient
from cases.services import documents as services
from partners.views.editing import FormPage, edit
from spip_portal.drafts import services as drafts
from spip_portal.vault.fields import refusals


def document_add(request: HttpRequest, uuid) -> HttpResponse:
    """Good files are kept, and each that is not is said beside the field."""
    found = get_object_or_404(Case.objects.followed_by(request.user), uuid=uuid)
    form = DocumentForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        data = form.cleaned_data
        chosen = data.pop("file")
        contents = [each.content for each in chosen if each.content]
        added = services.add_documents(
            by=request.user, case=found, contents=contents, **data
        )
        messages.success(request, _said_of(len(added)))
        if not (refused := refusals(chosen)):
            return _led_to(request, _page_of(found, added))
        form.add_error("file", refused)
    context = {"form": form, "case": found, "rules": _default_rules()}
    return render(request, "cases/document_add.html", context)


def _said_of(count: int) -> str:
    return ngettext(
        "Le document est déposé et chiffré. Sa vérification commence.",
        "%(count)s documents sont déposés et chiffrés. Leur vérification commence.",
        count,
    ) % {"count": count}


def _page_of(case: Case, added: list[Document]) -> str:
    if len(added) == 1:
        return reverse("cases:document", args=[added[0].uuid])
    return reverse("cases:case", args=[case.uuid]) + "#documents"


def _led_to(request: HttpRequest, url: str) -> HttpResponse:
    """A script that sends the form itself, to show how far it is, goes there alone: the
    message waits for the page."""
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        drafts.forget(user=request.user, page=request.get_full_path())
        return JsonResponse({"url": url})
    return redirect(url)


def _default_rules() -> list[tuple]:
    return [(kind.label, rule) for kind, rule in DEFAULT_RULES.items()]


@require_safe
def document(request: HttpRequest, uuid) -> HttpResponse:
    visible = Document.objects.visible_to(request.user)
    found = get_object_or_404(
        visible.select_related("file", "case__spip", "added_by", "replaced_by"),
        uuid=uuid,
    )
    grants = ShareRecipient.objects.filter(user=request.user, content_object=found)
    grant = (
        grants.select_related("share__created_by", "share__legal_basis")
        .order_by("-pk")
        .first()
    )
    context = {
        "document": found,
        "title": describe(found),
        "grant": grant,
        "is_read_only": found.is_read_only_for(request.user),
        "is_followed": Case.objects.followed_by(request.user)
        .filter(pk=found.case_id)
        .exists(),
    }
    if grant:
        context |= {
            "acknowledgement": grant.share.acknowledgements.filter(
                user=request.user, document=found
            ).first(),
            "commitment": Acknowledgement.COMMITMENT,
        }
    if request.user.is_cpip:
        context["readings"] = readings.of_document(
            found, all_of_them="lectures" in request.GET
        )
        context["was_shared"] = ShareRecipient.history.filter(
            content_object=found
        ).exists()
    return render(request, "cases/document.html", context)


@require_safe
def document_state(request: HttpRequest, uuid) -> HttpResponse:
    """Whether the vault has looked at it: what a list asks while it shows one that
    waits."""
    visible = Document.objects.visible_to(request.user)
    found = get_object_or_404(visible.select_related("file"), uuid=uuid)
    return render(request, "cases/document_state.html", {"document": found})


def _written_by(request: HttpRequest, uuid) -> Document:
    """A document of a case that this person follows."""
    mine = Document.objects.filter(case__in=Case.objects.followed_by(request.user))
    return get_object_or_404(mine.select_related("case", "replaced_by"), uuid=uuid)


def document_correct(request: HttpRequest, uuid) -> HttpResponse:
    found = _written_by(request, uuid)
    page = FormPage(
        title=_("Corriger la fiche du document"),
        intro=_(
            "Le fichier ne change pas. Une fois le document partagé, sa fiche ne se "
            "corrige plus."
        ),
        done=_("La fiche du document est corrigée."),
        back=reverse("cases:document", args=[uuid]),
        back_label=_("Document"),
        button=_("Enregistrer la fiche"),
    )
    return edit(
        request,
        page,
        CorrectionForm(request.POST or None, instance=found),
        lambda **fields: services.correct_document(
            by=request.user, document=found, **fields
        ),
        template="cases/document_correct.html",
        rules=_default_rules(),
    )


def document_replace(request: HttpRequest, uuid) -> HttpResponse:
    found = _written_by(request, uuid)
    form = VersionForm(
        request.POST or None, request.FILES or None, initial={"court": found.court}
    )
    if form.is_valid():
        data = form.cleaned_data
        try:
            added = services.replace_document(
                by=request.user, document=found, content=data.pop("file"), **data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("La nouvelle version est déposée et chiffrée."))
            return _led_to(request, reverse("cases:document", args=[added.uuid]))
    context = {"form": form, "document": found, "title": describe(found)}
    return render(request, "cases/document_replace.html", context)
