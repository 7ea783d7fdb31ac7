"""What a référent, or the service, decides about one member."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partners.clearance import reason_not_cleared
from partners.exports import member_rows
from partners.forms.coordination import ResetForm
from partners.forms.filters import MemberFilter
from partners.models import Membership, Partnership
from partners.services import members as services
from partners.views.confirming import Confirmation, confirm
from partners.views.listing import Listing, show_list

METHODS = ["GET", "POST"]


def _member(request: HttpRequest, allowed, uuid) -> Membership:
    return get_object_or_404(allowed.select_related("user", "organisation"), uuid=uuid)


def _back(request: HttpRequest, membership: Membership) -> str:
    """Agents come from the page of the partnership, référents from their own."""
    partnership = (
        Partnership.objects.managed_by(request.user)
        .filter(organisation=membership.organisation_id)
        .first()
    )
    if partnership:
        return reverse("partners:partnership", args=[partnership.uuid])
    return reverse("partners:my_organisation")


def _names(membership: Membership) -> dict[str, object]:
    return {"person": membership.user, "structure": membership.organisation}


@require_safe
def member_list(request: HttpRequest) -> HttpResponse:
    """One's colleagues, or the members of the structures that the service handles."""
    listing = Listing(
        title=_("Membres des structures"),
        none_found=_("Aucun membre ne correspond à cette recherche."),
        empty=_(
            "Vous n’êtes membre d’aucune structure, et vous n’en suivez aucune. "
            "L’annuaire présente les partenaires."
        ),
        next_url=reverse("partners:directory"),
        next_label=_("Voir l’annuaire"),
        filename="membres.csv",
        rows_of=member_rows,
    )
    return show_list(
        request,
        listing,
        "partners/member_list.html",
        form=MemberFilter(request.GET),
        rows=Membership.objects.visible_to(request.user).with_clearance(),
        shown=lambda member: (member, reason_not_cleared(member)),
    )


@require_http_methods(METHODS)
def designate(request: HttpRequest, uuid) -> HttpResponse:
    allowed = Membership.objects.designatable_by(request.user)
    membership = _member(request, allowed, uuid)
    page = Confirmation(
        title=_("Désigner pour recevoir des documents"),
        sentence=_(
            "%(person)s pourra recevoir, par son nom, des documents du service pour le "
            "compte de « %(structure)s », une fois la charte acceptée et la double "
            "authentification activée. Un courriel l’y invite."
        )
        % _names(membership),
        button=_("Désigner"),
        done=_("La désignation est enregistrée."),
        back=_back(request, membership),
    )
    return confirm(
        request,
        page,
        lambda: services.designate_member(membership=membership, by=request.user),
    )


@require_http_methods(METHODS)
def withdraw(request: HttpRequest, uuid) -> HttpResponse:
    membership = _member(request, Membership.objects.managed_by(request.user), uuid)
    page = Confirmation(
        title=_("Retirer la désignation"),
        sentence=_(
            "%(person)s ne lira plus aucun document du service au titre de "
            "« %(structure)s », dès maintenant, et en sera informé par courriel."
        )
        % _names(membership),
        button=_("Retirer la désignation"),
        done=_("La désignation est retirée."),
        back=_back(request, membership),
        kind="danger",
    )
    return confirm(
        request,
        page,
        lambda: services.withdraw_designation(membership=membership, by=request.user),
    )


@require_http_methods(METHODS)
def promote(request: HttpRequest, uuid) -> HttpResponse:
    membership = _member(request, Membership.objects.managed_by(request.user), uuid)
    page = Confirmation(
        title=_("Nommer référent de structure"),
        sentence=_(
            "%(person)s pourra, comme vous, inviter des membres, désigner qui reçoit "
            "des documents et tenir la page de « %(structure)s »."
        )
        % _names(membership),
        button=_("Nommer référent"),
        done=_("La nomination est enregistrée."),
        back=_back(request, membership),
    )
    return confirm(
        request,
        page,
        lambda: services.promote_member(membership=membership, by=request.user),
    )


@require_http_methods(METHODS)
def end(request: HttpRequest, uuid) -> HttpResponse:
    membership = _member(request, Membership.objects.managed_by(request.user), uuid)
    page = Confirmation(
        title=_("Mettre fin à l’appartenance"),
        sentence=_(
            "%(person)s ne sera plus membre de « %(structure)s » : ses sessions se "
            "ferment et les documents partagés à ce titre ne lui sont plus lisibles, "
            "dès maintenant."
        )
        % _names(membership),
        button=_("Mettre fin à l’appartenance"),
        done=_("L’appartenance a pris fin."),
        back=_back(request, membership),
        kind="danger",
    )
    return confirm(
        request,
        page,
        lambda: services.end_membership(membership=membership, by=request.user),
    )


@require_http_methods(METHODS)
def start_reset(request: HttpRequest, uuid) -> HttpResponse:
    allowed = Membership.objects.designatable_by(request.user)
    membership = _member(request, allowed, uuid)
    page = Confirmation(
        title=_("Réinitialiser la double authentification"),
        sentence=_(
            "À faire seulement si %(person)s a perdu son second facteur et ses codes "
            "de secours, et vous l’a dit de vive voix. Une personne du service devra "
            "confirmer ; les dossiers resteront fermés vingt-quatre heures."
        )
        % _names(membership),
        button=_("Demander la réinitialisation"),
        done=_("La demande est enregistrée. Le service doit la confirmer."),
        back=_back(request, membership),
    )
    return confirm(
        request,
        page,
        lambda motive: services.start_member_reset(
            membership=membership, by=request.user, motive=motive
        ),
        ResetForm(request.POST or None),
    )


@require_http_methods(METHODS)
def suspend(request: HttpRequest, uuid) -> HttpResponse:
    membership = _member(request, Membership.objects.supervised_by(request.user), uuid)
    page = Confirmation(
        title=_("Suspendre l’habilitation"),
        sentence=_(
            "%(person)s ne lira plus aucun document au titre de « %(structure)s », dès "
            "maintenant, et en sera informé par courriel."
        )
        % _names(membership),
        button=_("Suspendre l’habilitation"),
        done=_("L’habilitation est suspendue."),
        back=_back(request, membership),
        kind="danger",
    )
    return confirm(
        request,
        page,
        lambda: services.suspend_clearance(membership=membership, by=request.user),
    )


@require_http_methods(METHODS)
def reactivate(request: HttpRequest, uuid) -> HttpResponse:
    membership = _member(request, Membership.objects.supervised_by(request.user), uuid)
    page = Confirmation(
        title=_("Rétablir l’habilitation"),
        sentence=_(
            "%(person)s pourra de nouveau lire ce qui lui est partagé au titre de "
            "« %(structure)s »."
        )
        % _names(membership),
        button=_("Rétablir l’habilitation"),
        done=_("L’habilitation est rétablie."),
        back=_back(request, membership),
    )
    return confirm(
        request,
        page,
        lambda: services.reactivate_clearance(membership=membership, by=request.user),
    )
