from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from cases import readings
from cases.due import dues_of, export_rows, with_due
from cases.forms.cases import CaseEditForm, CaseForm, MeasureForm
from cases.forms.identities import NAMES
from cases.forms.listing import CaseFilter, OwnCaseFilter
from cases.models import (
    AccessRequest,
    BrokenGlass,
    CareReport,
    Case,
    Document,
    Incident,
    LiaisonMessage,
    Measure,
    Person,
    Share,
)
from cases.services import cases as services
from cases.services import identities
from partners.spreadsheets import csv_response
from partners.views.editing import FormPage, edit
from partners.views.listing import Listing, ListPaginator, page_of
from spip_portal.accounts.models import User
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record


def _own_cases(user, **limit: int) -> QuerySet:
    followed = Case.objects.followed_by(user, **limit)
    return with_due(followed.prefetch_related("measures", "antenne"))


class NewestPaginator(ListPaginator):
    """All the cases that `by` follows, newest first: of them, only those that are on
    the page or before it are read."""

    def __init__(self, rows: QuerySet, per_page: int, *, by: User) -> None:
        super().__init__(rows, per_page)
        self.by = by

    def _get_page(self, _rows: QuerySet, number: int, *args: Any) -> Page:
        top = number * self.per_page
        few = _own_cases(self.by, newest=top).order_by("-pk")
        return super()._get_page(few[top - self.per_page : top], number, *args)


@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """A CPIP: their cases, what is due soonest first. The direction: those of its
    service, newest first. As a file, the same rows without any name."""
    if not (request.user.is_cpip or request.user.is_manager):
        raise Http404
    paginator = ListPaginator
    if request.user.is_cpip:
        cases = _own_cases(request.user)
        form = OwnCaseFilter(request.GET, by=request.user)
        if form.is_newest_of_all:
            paginator = partial(NewestPaginator, by=request.user)
    else:
        listed = Case.objects.listed_to(request.user)
        cases = listed.prefetch_related("measures", "antenne", "referent")
        form = CaseFilter(request.GET, by=request.user)
    found = form.apply(cases)
    is_file = request.GET.get("format") == "csv"
    page = list(found) if is_file else page_of(request, found, paginator)
    record(
        actor=request.user,
        verb=Verb.EXPORT if is_file else Verb.LIST,
        object_kind="dossier",
        count=len(page),
        request=request,
    )
    listing = _listing(request.user)
    if is_file:
        return csv_response(listing.filename, listing.rows_of(page))
    context = {
        "listing": listing,
        "form": form,
        "page": page,
        "rows": [(each, dues_of(each) if form.SHOWS_DUE else []) for each in page],
        "all_url": request.path,
    }
    return render(request, "cases/case_list.html", context)


def _listing(user) -> Listing:
    opening = {}
    if user.is_cpip:
        opening = {
            "add_url": reverse("cases:case_open"),
            "add_label": _("Ouvrir un dossier"),
        }
    return Listing(
        title=_("Mes dossiers") if user.is_cpip else _("Dossiers"),
        none_found=_("Aucun de vos dossiers ne correspond à cette recherche."),
        empty=_("Aucun dossier pour l’instant."),
        next_url=opening.get("add_url", reverse("pages:home")),
        next_label=opening.get("add_label", _("Revenir à l’accueil")),
        filename="dossiers.csv",
        rows_of=export_rows,
        **opening,
    )


@sensitive_post_parameters(*NAMES)
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
            opened = identities.open_case_of(
                by=request.user,
                reference=form.cleaned_data["reference"],
                antenne=form.cleaned_data["antenne"],
                sensitivity=form.cleaned_data["sensitivity"],
                measure=form.instance,
                identity=form.identity,
                **form.situation,
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
    is_followed = Case.objects.followed_by(request.user).filter(pk=found.pk).exists()
    glass = BrokenGlass.objects.live_of(request.user).filter(case=found).first()
    record(
        actor=request.user,
        verb=Verb.OPEN,
        object_kind="dossier",
        object_uuid=found.uuid,
        motive=glass.motive if glass and not is_followed else "",
        request=request,
    )
    context = {
        "case": found,
        "person": Person.objects.visible_to(request.user)
        .filter(case=found)
        .select_related("case")
        .first(),
        "measures": found.measures.all(),
        "documents": documents.select_related("file", "replaced_by"),
        "shares": shares.select_related("legal_basis", "revoked_by").prefetch_related(
            readings.every_recipient()
        ),
        "requests": AccessRequest.objects.visible_to(request.user)
        .filter(case=found)
        .select_related("asked_by", "membership__organisation"),
        "reports": CareReport.objects.visible_to(request.user)
        .filter(case=found)
        .select_related("membership__organisation"),
        "incidents": Incident.objects.visible_to(request.user)
        .filter(case=found)
        .select_related("membership__organisation"),
        "threads": LiaisonMessage.objects.visible_to(request.user)
        .filter(case=found)
        .threads(),
        "is_followed": is_followed,
        "glass": None if is_followed else glass,
        "every_glass": BrokenGlass.objects.visible_to(request.user)
        .filter(case=found)
        .select_related("user"),
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


@require_http_methods(["GET", "POST"])
def case_edit(request: HttpRequest, uuid) -> HttpResponse:
    followed = Case.objects.followed_by(request.user).select_related("spip", "antenne")
    found = get_object_or_404(followed, uuid=uuid)
    return edit(
        request,
        _page_of(found, _("Corriger le dossier"), _("Le dossier est corrigé.")),
        CaseEditForm(request.POST or None, instance=found),
        lambda **fields: services.correct_case(by=request.user, case=found, **fields),
    )


@require_http_methods(["GET", "POST"])
def measure_edit(request: HttpRequest, uuid) -> HttpResponse:
    editable = Measure.objects.editable_by(request.user).select_related("case")
    found = get_object_or_404(editable, uuid=uuid)
    return edit(
        request,
        _page_of(found.case, _("Corriger la mesure"), _("La mesure est corrigée.")),
        MeasureForm(request.POST or None, instance=found),
        lambda **fields: services.correct_measure(
            by=request.user, measure=found, **fields
        ),
    )


def _page_of(found: Case, title: str, done: str) -> FormPage:
    return FormPage(
        title=title,
        done=done,
        back=reverse("cases:case", args=[found.uuid]),
        back_label=_("Dossier %(reference)s") % {"reference": found},
    )
