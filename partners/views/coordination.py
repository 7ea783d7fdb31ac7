"""The service's side of a partnership."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partners.badges import agreement_state, partnership_badges
from partners.clearance import reason_not_cleared
from partners.exports import partnership_rows
from partners.forms.coordination import CategoryForm, CategoryReadForm, ReasonForm
from partners.forms.filters import CategoryFilter, PartnershipFilter
from partners.forms.joining import InviteForm
from partners.models import Agreement, JoinRequest, Partnership
from partners.services import partnerships as services
from partners.services.registration import invite_referent as invite
from partners.views.confirming import Confirmation, confirm
from partners.views.listing import Listing, show_list

METHODS = ["GET", "POST"]


def _managed(request: HttpRequest, uuid) -> Partnership:
    """With what this reader may do to it, asked in the same query."""
    this = {"pk": OuterRef("pk")}
    confirmable = Partnership.objects.confirmable_by(request.user).filter(**this)
    unkept = Partnership.objects.kept_by_nobody(request.user).filter(**this)
    partnerships = Partnership.objects.managed_by(request.user).with_agreement()
    partnerships = partnerships.annotate(
        may_confirm=Exists(confirmable), may_invite=Exists(unkept)
    ).select_related(
        "organisation__kind",
        "spip",
        "decided_by",
        "art46_proposed_by",
        "art46_confirmed_by",
    )
    return get_object_or_404(partnerships, uuid=uuid)


def _check_coordinates(request: HttpRequest) -> None:
    """The queues do not exist for whoever can never find anything there."""
    if not (request.user.is_coordinator or request.user.is_manager):
        raise Http404


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """Requests that wait for an answer, the oldest first; or, by `?state=`, those that
    have had theirs."""
    _check_coordinates(request)
    listing = Listing(
        title=_("Demandes de partenariat"),
        none_found=_("Aucune demande ne correspond à cette recherche."),
        empty=_(
            "Aucune demande n’attend. Les structures déjà partenaires sont dans "
            "l’annuaire."
        ),
        next_url=reverse("partners:directory"),
        next_label=_("Voir l’annuaire"),
        filename="demandes-de-partenariat.csv",
        rows_of=partnership_rows,
    )
    managed = Partnership.objects.managed_by(request.user)
    return show_list(
        request,
        listing,
        "partners/partnership_queue.html",
        form=PartnershipFilter(request.GET),
        rows=managed.select_related("organisation__kind"),
    )


@require_safe
def categories(request: HttpRequest) -> HttpResponse:
    """Categories that wait for the direction; those one proposed wait for another."""
    _check_coordinates(request)
    listing = Listing(
        title=_("Catégories à confirmer"),
        intro=_(
            "La coordination propose la catégorie de l’article 46 de la loi "
            "Informatique et libertés ; la direction la confirme. Sans elle, la "
            "structure ne reçoit aucune donnée nominative."
        ),
        none_found=_("Aucune catégorie ne correspond à cette recherche."),
        empty=_("Aucune catégorie n’attend de confirmation."),
        next_url=reverse("partners:partnership_queue"),
        next_label=_("Voir les demandes de partenariat"),
        filename="categories-a-confirmer.csv",
        rows_of=partnership_rows,
    )
    waiting = Partnership.objects.managed_by(request.user).with_category_to_confirm()
    return show_list(
        request,
        listing,
        "partners/category_queue.html",
        form=CategoryFilter(request.GET),
        rows=waiting.select_related("organisation__kind", "art46_proposed_by"),
    )


@require_safe
def partnership(request: HttpRequest, uuid) -> HttpResponse:
    partnership = _managed(request, uuid)
    organisation = partnership.organisation
    members = organisation.memberships.live().with_clearance()
    agreements = Agreement.objects.filter(
        spip=partnership.spip, parties__organisation=organisation
    )
    asking = JoinRequest.objects.decidable_by(request.user)
    may_invite = partnership.may_invite
    context = {
        "partnership": partnership,
        "organisation": organisation,
        "badges": partnership_badges(partnership),
        "themes": organisation.themes.all(),
        "members": [(member, reason_not_cleared(member)) for member in members],
        "agreements": [(each, agreement_state(each)) for each in agreements],
        "may_confirm": partnership.may_confirm,
        "manages_members": request.user.is_coordinator and partnership.is_validated,
        "supervises_members": partnership.was_validated,
        "may_invite": may_invite,
        "invitations": organisation.invitations.open() if may_invite else [],
        "join_requests": (
            asking.filter(organisation=organisation) if may_invite else []
        ),
        "proofs": organisation.proofs.select_related("file"),
        "changes": partnership.changes.select_related("changed_by"),
    }
    return render(request, "partners/partnership.html", context)


@require_http_methods(METHODS)
def invite_referent(request: HttpRequest, uuid) -> HttpResponse:
    unkept = Partnership.objects.kept_by_nobody(request.user)
    partnership = get_object_or_404(unkept.select_related("organisation"), uuid=uuid)
    form = InviteForm(request.POST or None)
    if form.is_valid():
        try:
            invite(partnership=partnership, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("email", error)
        else:
            messages.success(request, _("L’invitation est envoyée."))
            return redirect("partners:partnership", uuid)
    context = {"form": form, "partnership": partnership}
    return render(request, "partners/invite_referent.html", context)


@require_http_methods(METHODS)
def validate(request: HttpRequest, uuid) -> HttpResponse:
    partnership = _managed(request, uuid)
    page = Confirmation(
        title=_("Valider le partenariat"),
        sentence=_(
            "« %(structure)s » deviendra partenaire de « %(spip)s ». Ses référents en "
            "seront informés par courriel et pourront inviter leurs collègues."
        )
        % _names(partnership),
        button=_("Valider le partenariat"),
        done=_("Le partenariat est validé."),
        back=_url(partnership),
    )
    return confirm(
        request,
        page,
        lambda: services.validate_partnership(partnership=partnership, by=request.user),
    )


@require_http_methods(METHODS)
def refuse(request: HttpRequest, uuid) -> HttpResponse:
    partnership = _managed(request, uuid)
    page = Confirmation(
        title=_("Refuser la demande"),
        sentence=_(
            "Les référents de « %(structure)s » recevront ce refus et son motif. Ils "
            "pourront corriger leur demande et la renvoyer."
        )
        % _names(partnership),
        button=_("Refuser la demande"),
        done=_("La demande est refusée."),
        back=_url(partnership),
        kind="danger",
    )
    return confirm(
        request,
        page,
        lambda reason: services.refuse_partnership(
            partnership=partnership, by=request.user, reason=reason
        ),
        ReasonForm(request.POST or None),
    )


@require_http_methods(METHODS)
def suspend(request: HttpRequest, uuid) -> HttpResponse:
    partnership = _managed(request, uuid)
    page = Confirmation(
        title=_("Suspendre le partenariat"),
        sentence=_(
            "Les membres de « %(structure)s » ne liront plus aucun document du "
            "service, dès maintenant. Ses référents en recevront le motif."
        )
        % _names(partnership),
        button=_("Suspendre le partenariat"),
        done=_("Le partenariat est suspendu."),
        back=_url(partnership),
        kind="danger",
    )
    return confirm(
        request,
        page,
        lambda reason: services.suspend_partnership(
            partnership=partnership, by=request.user, reason=reason
        ),
        ReasonForm(request.POST or None),
    )


@require_http_methods(METHODS)
def reactivate(request: HttpRequest, uuid) -> HttpResponse:
    partnership = _managed(request, uuid)
    page = Confirmation(
        title=_("Rétablir le partenariat"),
        sentence=_(
            "Les membres de « %(structure)s » retrouveront ce qui leur est encore "
            "partagé. Ses référents en seront informés par courriel."
        )
        % _names(partnership),
        button=_("Rétablir le partenariat"),
        done=_("Le partenariat est rétabli."),
        back=_url(partnership),
    )
    return confirm(
        request,
        page,
        lambda: services.reactivate_partnership(
            partnership=partnership, by=request.user
        ),
    )


@require_http_methods(METHODS)
def category_propose(request: HttpRequest, uuid) -> HttpResponse:
    partnership = _managed(request, uuid)
    form = CategoryForm(
        request.POST or None, initial={"category": partnership.art46_category}
    )
    if request.method == "POST" and form.is_valid():
        services.propose_category(
            partnership=partnership, by=request.user, **form.cleaned_data
        )
        messages.success(
            request, _("La catégorie est proposée ; la direction doit la confirmer.")
        )
        return redirect(_url(partnership))
    context = {"form": form, "partnership": partnership}
    return render(request, "partners/category_propose.html", context)


@require_http_methods(METHODS)
def category_confirm(request: HttpRequest, uuid) -> HttpResponse:
    confirmable = Partnership.objects.confirmable_by(request.user)
    partnership = get_object_or_404(
        confirmable.select_related("organisation", "spip"), uuid=uuid
    )
    category = {"category": partnership.art46_category}
    form = CategoryReadForm(request.POST or None, initial=category)
    if request.method == "POST" and form.is_valid():
        try:
            services.confirm_category(
                partnership=partnership, by=request.user, **form.cleaned_data
            )
        except ValidationError as error:
            form = CategoryReadForm(initial=category)
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("La catégorie est confirmée."))
            return redirect(_url(partnership))
    context = {"form": form, "partnership": partnership}
    return render(request, "partners/category_confirm.html", context)


def _names(partnership: Partnership) -> dict[str, object]:
    return {"structure": partnership.organisation, "spip": partnership.spip}


def _url(partnership: Partnership) -> str:
    return reverse("partners:partnership", args=[partnership.uuid])
