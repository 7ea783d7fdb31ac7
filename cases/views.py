from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases import readings, services
from cases.enums import InformedHow
from cases.forms import (
    CaseForm,
    DocumentForm,
    LegalBasisForm,
    MeasureForm,
    RevokeForm,
    ShareForm,
    describe,
)
from cases.models import Case, Document, LegalBasis, Share, ShareRecipient
from partners.clearance import candidates, members_by_structure
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record
from spip_portal.security.headers import FILE_POLICY

PAGE_SIZE = 25


# -- Cases ---------------------------------------------------------------------------


@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    if not (request.user.is_cpip or request.user.is_manager):
        raise Http404
    # PostgreSQL takes no NUL in a text; no reference has one.
    reference = request.GET.get("reference", "").replace("\0", "").strip().upper()
    cases = (
        Case.objects.visible_to(request.user)
        .select_related("referent", "antenne")
        .prefetch_related("measures")
    )
    if reference:
        cases = cases.filter(reference=reference)
    page = Paginator(cases, PAGE_SIZE).get_page(request.GET.get("page"))
    record(
        actor=request.user,
        verb=Verb.LIST,
        object_kind="dossier",
        count=len(page),
        request=request,
    )
    context = {"page": page, "reference": reference}
    return render(request, "cases/case_list.html", context)


def case_open(request: HttpRequest) -> HttpResponse:
    if not request.user.is_cpip:
        raise Http404
    if request.user.are_cases_closed:
        return redirect("cases:case_list")  # every page says why
    if not services.may_hold_cases():
        return render(request, "cases/no_real_data.html")
    form = CaseForm(request.POST or None, by=request.user)
    if form.is_valid():
        try:
            opened = services.open_case(
                by=request.user,
                reference=form.cleaned_data["reference"],
                antenne=form.cleaned_data["antenne"],
                sensitivity=form.cleaned_data["sensitivity"],
                measure=form.instance,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Le dossier est ouvert."))
            return redirect("cases:case", uuid=opened.uuid)
    return render(request, "cases/case_open.html", {"form": form})


@require_safe
def case(request: HttpRequest, uuid) -> HttpResponse:
    visible = Case.objects.visible_to(request.user)
    found = get_object_or_404(
        visible.select_related("referent", "antenne", "spip"), uuid=uuid
    )
    documents = Document.objects.visible_to(request.user).filter(case=found)
    shares = Share.objects.visible_to(request.user).with_effect().filter(case=found)
    record(
        actor=request.user,
        verb=Verb.OPEN,
        object_kind="dossier",
        object_uuid=found.uuid,
        request=request,
    )
    context = {
        "case": found,
        "measures": found.measures.all(),
        "documents": documents.select_related("file"),
        "shares": shares.select_related("legal_basis").prefetch_related(
            readings.every_recipient()
        ),
        "is_followed": Case.objects.followed_by(request.user)
        .filter(pk=found.pk)
        .exists(),
    }
    return render(request, "cases/case.html", context)


def measure_add(request: HttpRequest, uuid) -> HttpResponse:
    found = get_object_or_404(Case.objects.followed_by(request.user), uuid=uuid)
    form = MeasureForm(request.POST or None)
    if form.is_valid():
        try:
            services.add_measure(by=request.user, case=found, measure=form.instance)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("La mesure est ajoutée."))
            return redirect("cases:case", uuid=uuid)
    return render(request, "cases/measure_add.html", {"form": form, "case": found})


# -- Documents -----------------------------------------------------------------------


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
    context = {
        "document": found,
        "title": describe(found),
        "grant": grants.select_related("share__created_by", "share__legal_basis")
        .order_by("-pk")
        .first(),
    }
    if request.user.is_cpip:
        context["readings"] = readings.of_documents([found])
    return render(request, "cases/document.html", context)


@require_safe
def document_file(request: HttpRequest, uuid) -> HttpResponse:
    """The bytes. Inline for the browser's own reader, or as a download on demand;
    never framed, never cached (SECURITY 23)."""
    readable = Document.objects.visible_to(request.user).available()
    found = get_object_or_404(readable.select_related("file", "case"), uuid=uuid)
    reading = services.read_document(by=request.user, document=found, request=request)
    response = StreamingHttpResponse(reading.chunks, content_type="application/pdf")
    how = "attachment" if "telecharger" in request.GET else "inline"
    name = f"document-{found.uuid.hex[:8]}.pdf"
    response["Content-Disposition"] = f'{how}; filename="{name}"'
    response["Content-Length"] = reading.size
    response["Content-Security-Policy"] = FILE_POLICY
    return response


# -- Sharing -------------------------------------------------------------------------


def share_new(request: HttpRequest, uuid) -> HttpResponse:
    """A structure, then the decision on one page, then one confirmation that repeats
    it."""
    followed = Case.objects.followed_by(request.user)
    found = get_object_or_404(followed.select_related("spip"), uuid=uuid)
    if found.is_blocked:
        messages.error(request, services.BLOCKED)
        return redirect("cases:case", uuid=uuid)
    members = members_by_structure(candidates(found.spip))
    structure = request.GET.get("structure", "")
    if structure not in members:
        context = {"case": found, "structures": members.values()}
        return render(request, "cases/share_structure.html", context)
    form = ShareForm(
        request.POST or None,
        case=found,
        candidates=members[structure].candidates,
        initial={"documents": request.GET.getlist("document")},
    )
    if form.is_valid():
        if "confirmed" in request.POST:
            data = form.cleaned_data
            made = services.share_documents(
                by=request.user, case=found, candidates=data.pop("recipients"), **data
            )
            messages.success(
                request, _("Le partage est ouvert, les personnes sont prévenues.")
            )
            return redirect("cases:share", uuid=made.uuid)
        if "back" not in request.POST:
            data = form.cleaned_data
            how = InformedHow(data["informed_how"]).label
            context = {"form": form, "case": found, "data": data, "informed_how": how}
            return render(request, "cases/share_confirm.html", context)
    context = {"form": form, "case": found, "structure": members[structure]}
    return render(request, "cases/share_new.html", context)


@require_safe
def share(request: HttpRequest, uuid) -> HttpResponse:
    visible = Share.objects.visible_to(request.user).with_effect()
    found = get_object_or_404(
        visible.select_related("case", "legal_basis", "created_by", "revoked_by"),
        uuid=uuid,
    )
    rows = ShareRecipient.history.filter(share=found).select_related(
        "user", "membership__organisation", "content_object"
    )
    context = {
        "share": found,
        "recipients": sorted(
            {(str(row.user), str(row.membership.organisation)) for row in rows}
        ),
        "documents": {row.content_object for row in rows},
        "readings": readings.of_share(found),
    }
    return render(request, "cases/share.html", context)


def share_revoke(request: HttpRequest, uuid) -> HttpResponse:
    revocable = Share.objects.revocable_by(request.user)
    found = get_object_or_404(revocable.select_related("case"), uuid=uuid)
    form = RevokeForm(request.POST or None)
    if form.is_valid():
        services.revoke_share(share=found, by=request.user, **form.cleaned_data)
        messages.success(request, _("Le partage est terminé."))
        return redirect("cases:share", uuid=uuid)
    people = ShareRecipient.history.filter(share=found).values("user").distinct()
    context = {
        "form": form,
        "title": _("Mettre fin au partage"),
        "sentence": _(
            "Dès maintenant, ces documents ne pourront plus être lus dans ce "
            "partage. Personnes prévenues : %(count)s."
        )
        % {"count": people.count()},
        "button": _("Mettre fin au partage"),
        "kind": "danger",
        "cancel_url": reverse("cases:share", args=[uuid]),
    }
    return render(request, "components/confirm_page.html", context)


@require_safe
def shared_documents(request: HttpRequest) -> HttpResponse:
    """Partners: the documents shared with them by name. CPIP: what they shared. The
    page does not exist for the other agents: nothing is ever shared with them."""
    if request.user.is_agent:
        if not request.user.is_cpip:
            raise Http404
        shares = Share.objects.visible_to(request.user).with_effect()
        page = Paginator(
            shares.prefetch_related(readings.every_recipient()), PAGE_SIZE
        ).get_page(request.GET.get("page"))
        return render(request, "cases/share_list.html", {"page": page})
    grants = (
        ShareRecipient.objects.filter(user=request.user)
        .select_related("content_object__case__spip", "share")
        .order_by("-pk")
    )
    page = Paginator(grants, PAGE_SIZE).get_page(request.GET.get("page"))
    read = readings.by_user(request.user, [g.content_object for g in page])
    record(
        actor=request.user,
        verb=Verb.LIST,
        object_kind="document",
        count=len(page),
        request=request,
    )
    context = {"page": page, "read": read}
    return render(request, "cases/shared_documents.html", context)


def legal_bases(request: HttpRequest) -> HttpResponse:
    """The closed list that the direction keeps; a basis in use is withdrawn, never
    deleted."""
    if not request.user.is_manager:
        raise Http404
    form = LegalBasisForm(request.POST or None)
    if form.is_valid():
        try:
            services.add_legal_basis(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("label", error)
        else:
            messages.success(request, _("La base légale est ajoutée."))
            return redirect("cases:legal_bases")
    bases = LegalBasis.objects.editable_by(request.user)
    return render(request, "cases/legal_bases.html", {"form": form, "bases": bases})


def legal_basis_withdraw(request: HttpRequest, uuid) -> HttpResponse:
    offered = LegalBasis.objects.editable_by(request.user).filter(is_active=True)
    basis = get_object_or_404(offered, uuid=uuid)
    if request.method == "POST":
        services.withdraw_legal_basis(by=request.user, basis=basis)
        messages.success(request, _("La base légale n’est plus proposée."))
        return redirect("cases:legal_bases")
    context = {
        "title": _("Retirer une base légale"),
        "sentence": _(
            "« %(label)s » ne sera plus proposée. Les partages faits sur cette base "
            "gardent leur durée."
        )
        % {"label": basis},
        "button": _("Retirer la base légale"),
        "kind": "danger",
        "cancel_url": reverse("cases:legal_bases"),
    }
    return render(request, "components/confirm_page.html", context)
