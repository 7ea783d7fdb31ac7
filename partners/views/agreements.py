"""Conventions and protocols: read by their audience, written by the coordination."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from partners.badges import agreement_state
from partners.exports import agreement_rows
from partners.forms.agreements import (
    AgreementForm,
    AmendmentForm,
    DenounceForm,
    PersonsForm,
)
from partners.forms.filters import AgreementFilter
from partners.models import Agreement, Mission, Organisation
from partners.services import agreements as services
from partners.views.confirming import Confirmation, confirm
from partners.views.listing import Listing, show_list
from partners.views.reading import adding, may_edit
from spip_portal.accounts.models import is_coordination

METHODS = ["GET", "POST"]


@require_safe
@login_not_required
def agreement_list(request: HttpRequest) -> HttpResponse:
    listing = Listing(
        title=_("Conventions et protocoles"),
        none_found=_("Aucune convention ne correspond à cette recherche."),
        empty=_(
            "Aucune convention n’est à lire pour l’instant. L’annuaire présente les "
            "partenaires."
        ),
        next_url=reverse("partners:directory"),
        next_label=_("Voir l’annuaire"),
        filename="conventions.csv",
        rows_of=lambda rows: agreement_rows(rows.prefetch_related("themes")),
        **adding(request.user, "partners:agreement_add", _("Ajouter une convention")),
    )
    parties = Organisation.objects.visible_to(request.user)
    agreements = Agreement.objects.visible_to(request.user).select_related("spip")
    return show_list(
        request,
        listing,
        "partners/agreement_list.html",
        form=AgreementFilter(request.GET, user=request.user),
        rows=agreements.prefetch_related(
            Prefetch("organisations", parties, to_attr="shown_parties")
        ),
        shown=lambda agreement: (agreement, agreement_state(agreement)),
    )


@require_safe
@login_not_required
def agreement(request: HttpRequest, uuid) -> HttpResponse:
    agreements = Agreement.objects.visible_to(request.user)
    agreement = get_object_or_404(agreements.select_related("spip"), uuid=uuid)
    shown = Organisation.objects.visible_to(request.user)
    parties = agreement.parties.select_related("organisation").annotate(
        is_shown=Exists(shown.filter(pk=OuterRef("organisation")))
    )
    parties = list(parties.order_by("-is_lead", "pk"))
    shown_parties = [party for party in parties if party.is_shown]
    may_write = may_edit(request.user, agreement)
    annexes = agreement.annexes.visible_to(request.user).select_related("file")
    context = {
        "agreement": agreement,
        "state": agreement_state(agreement),
        "themes": agreement.themes.all(),
        "texts": [
            (label, text)
            for label, text in (
                (_("Objectifs"), agreement.objectives),
                (_("Résultats attendus"), agreement.expected_results),
                (_("Indicateurs"), agreement.indicators),
            )
            if text
        ],
        "parties": shown_parties,
        "other_parties": len(parties) - len(shown_parties),
        "persons": _persons(request, agreement),
        "amendments": agreement.amendments.all(),
        "missions": Mission.objects.visible_to(request.user).filter(
            agreements=agreement
        ),
        **_neighbours(request, agreement),
        "annexes": annexes if may_write else annexes.available(),
        "may_edit": may_write,
    }
    return render(request, "partners/agreement.html", context)


def _persons(request: HttpRequest, agreement: Agreement) -> list:
    """Who answers for an approval: professionals, named to those who are signed in."""
    if not request.user.is_active or not agreement.is_approval:
        return []
    members = agreement.persons_in_charge.live()
    return list(members.select_related("user", "organisation"))


def _neighbours(request: HttpRequest, agreement: Agreement) -> dict:
    """The one it renews and the one that renews it, if the reader may see them."""
    found = Agreement.objects.visible_to(request.user).filter(
        Q(pk=agreement.renews_id) | Q(renews=agreement)
    )
    by_renewal = {row.renews_id == agreement.pk: row for row in found}
    return {"previous": by_renewal.get(False), "next": by_renewal.get(True)}


@require_http_methods(METHODS)
def agreement_add(request: HttpRequest) -> HttpResponse:
    if not is_coordination(request.user):
        raise Http404
    form = AgreementForm(request.POST or None, spip=request.user.spip)
    if request.method == "POST" and form.is_valid():
        agreement = services.add_agreement(by=request.user, **form.cleaned_data)
        messages.success(request, _("La convention est enregistrée."))
        return redirect("partners:agreement", agreement.uuid)
    context = {"form": form, "agreement": None}
    return render(request, "partners/agreement_edit.html", context)


@require_http_methods(METHODS)
def agreement_edit(request: HttpRequest, uuid) -> HttpResponse:
    editable = Agreement.objects.editable_by(request.user)
    agreement = get_object_or_404(editable.select_related("spip"), uuid=uuid)
    form = AgreementForm(request.POST or None, instance=agreement, spip=agreement.spip)
    if request.method == "POST" and form.is_valid():
        services.save_agreement(
            agreement=agreement, by=request.user, **form.cleaned_data
        )
        messages.success(request, _("La convention est enregistrée."))
        return redirect("partners:agreement", uuid)
    context = {"form": form, "agreement": agreement}
    return render(request, "partners/agreement_edit.html", context)


@require_http_methods(METHODS)
def agreement_persons(request: HttpRequest, uuid) -> HttpResponse:
    agreement = _editable(request, uuid)
    form = PersonsForm(
        request.POST if request.method == "POST" else None, agreement=agreement
    )
    if request.method == "POST" and form.is_valid():
        services.name_persons_in_charge(
            agreement=agreement, by=request.user, **form.cleaned_data
        )
        messages.success(request, _("Les personnes responsables sont enregistrées."))
        return redirect("partners:agreement", uuid)
    context = {"form": form, "agreement": agreement}
    return render(request, "partners/agreement_persons.html", context)


# -- What happens to one that is signed ---------------------------------------------


@require_http_methods(METHODS)
def agreement_denounce(request: HttpRequest, uuid) -> HttpResponse:
    agreement = _editable(request, uuid)
    page = Confirmation(
        title=_("Dénoncer la convention"),
        sentence=_(
            "« %(title)s » n’ouvrira plus aucun droit à partir de la date d’effet. Les "
            "référents des structures signataires en seront informés par courriel."
        )
        % {"title": agreement},
        button=_("Dénoncer la convention"),
        done=_("La convention est dénoncée."),
        back=reverse("partners:agreement", args=[uuid]),
        kind="danger",
    )
    return confirm(
        request,
        page,
        lambda on: services.denounce_agreement(
            agreement=agreement, by=request.user, on=on
        ),
        DenounceForm(request.POST or None, agreement=agreement),
    )


@require_http_methods(METHODS)
def agreement_amend(request: HttpRequest, uuid) -> HttpResponse:
    agreement = _editable(request, uuid)
    if agreement.signed_on is None:
        messages.error(request, _("Elle n’est pas signée : modifiez-la."))
        return redirect("partners:agreement_edit", uuid)
    form = AmendmentForm(request.POST or None, agreement=agreement)
    if request.method == "POST" and form.is_valid():
        services.amend_agreement(
            agreement=agreement, by=request.user, **form.cleaned_data
        )
        messages.success(request, _("L’avenant est enregistré."))
        return redirect("partners:agreement", uuid)
    context = {"form": form, "agreement": agreement}
    return render(request, "partners/agreement_amend.html", context)


@require_POST
def agreement_renew(request: HttpRequest, uuid) -> HttpResponse:
    new = services.renew_agreement(agreement=_editable(request, uuid), by=request.user)
    messages.success(
        request, _("Voici la nouvelle convention : complétez-la avant signature.")
    )
    return redirect("partners:agreement_edit", new.uuid)


def _editable(request: HttpRequest, uuid) -> Agreement:
    return get_object_or_404(Agreement.objects.editable_by(request.user), uuid=uuid)
