"""« Ma structure »: read by its members, kept by its référents."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from partners.badges import partnership_badges
from partners.clearance import reason_not_cleared
from partners.forms.joining import InviteForm
from partners.forms.organisation import (
    CharterForm,
    OrganisationForm,
    PartnershipRequestForm,
)
from partners.models import (
    Charter,
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    Partnership,
)
from partners.services import members, organisations, partnerships, registration
from partners.views.confirming import Confirmation, confirm
from spip_portal.accounts.models import Spip
from spip_portal.ui.urls import uuid_in

HOME = "partners:my_organisation"
METHODS = ["GET", "POST"]


def _active(request: HttpRequest) -> Membership | None:
    """With whether there is a service that its structure has asked nothing of."""
    others = Spip.objects.exclude(partnerships__organisation=OuterRef("organisation"))
    mine = Membership.objects.active_for(request.user)
    mine = mine.annotate(may_request=Exists(others))
    return mine.select_related("organisation__kind", "clearance").first()


def own_organisation(request: HttpRequest, allowed) -> Organisation:
    """The structure one acts for, if it is among those `allowed`."""
    membership = _active(request)
    if membership is None:
        raise Http404
    return get_object_or_404(allowed, pk=membership.organisation_id)


@require_safe
def my_organisation(request: HttpRequest) -> HttpResponse:
    membership = _active(request)
    if membership is None:
        return render(request, "partners/no_organisation.html")
    organisation = membership.organisation
    known = organisation.partnerships.with_agreement().select_related("spip")
    known = list(known.order_by("pk"))
    is_staffed = membership.is_referent and any(each.is_validated for each in known)
    colleagues = organisation.memberships.live().with_clearance()
    pending, asking = Invitation.objects.none(), JoinRequest.objects.none()
    if is_staffed:
        pending = organisation.invitations.pending()
        asking = JoinRequest.objects.decidable_by(request.user)
    context = {
        "membership": membership,
        "organisation": organisation,
        "themes": organisation.themes.all(),
        "sites": organisation.sites.all(),
        "places": organisation.declared_places.select_related("kind"),
        "partnerships": [(each, partnership_badges(each)) for each in known],
        "members": [(member, reason_not_cleared(member)) for member in colleagues],
        "invitations": pending,
        "join_requests": asking.filter(organisation=organisation),
        "is_staffed": is_staffed,
        "may_request": membership.is_referent and membership.may_request,
    }
    return render(request, "partners/my_organisation.html", context)


@require_http_methods(METHODS)
def edit(request: HttpRequest) -> HttpResponse:
    organisation = own_organisation(
        request, Organisation.objects.editable_by(request.user)
    )
    form = OrganisationForm(request.POST or None, instance=organisation)
    if request.method == "POST" and form.is_valid():
        organisations.save_organisation(
            organisation=organisation, by=request.user, **form.cleaned_data
        )
        messages.success(request, _("La page de votre structure est enregistrée."))
        return redirect(HOME)
    return render(request, "partners/organisation_edit.html", {"form": form})


@require_POST
def review(request: HttpRequest) -> HttpResponse:
    organisation = own_organisation(
        request, Organisation.objects.editable_by(request.user)
    )
    organisations.review_organisation(organisation=organisation, by=request.user)
    messages.success(request, _("Merci. La page de votre structure est à jour."))
    return redirect(HOME)


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Which of one's structures one acts for, from the header's menu."""
    mine = Membership.objects.live().filter(user=request.user)
    membership = get_object_or_404(mine, uuid=uuid_in(request.POST.get("membership")))
    members.choose_membership(user=request.user, membership=membership)
    return redirect("pages:home")


@require_http_methods(METHODS)
def charter(request: HttpRequest) -> HttpResponse:
    """A designated professional reads the current charter, and accepts it."""
    membership = _active(request)
    if membership is None:
        raise Http404
    charter = get_object_or_404(Charter.objects.current())
    clearance = getattr(membership, "clearance", None)
    is_designated = bool(clearance and clearance.designated_at)
    if request.method == "POST" and not is_designated:
        raise Http404
    form = CharterForm(request.POST or None, initial={"charter": charter})
    if request.method == "POST" and form.is_valid():
        try:
            members.accept_charter(
                membership=membership,
                charter=form.cleaned_data["charter"],
                by=request.user,
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("partners:charter")
        messages.success(request, _("Votre acceptation de la charte est enregistrée."))
        return redirect(HOME)
    context = {
        "charter": charter,
        "clearance": clearance,
        "is_designated": is_designated,
        "is_accepted": bool(clearance and clearance.charter_id == charter.pk),
        "form": form,
    }
    return render(request, "partners/charter.html", context)


# -- Invitations --------------------------------------------------------------------


@require_http_methods(METHODS)
def invite(request: HttpRequest) -> HttpResponse:
    organisation = own_organisation(
        request, Organisation.objects.staffed_by(request.user)
    )
    form = InviteForm(request.POST or None)
    pending = None
    if request.method == "POST" and form.is_valid():
        try:
            registration.invite_member(
                organisation=organisation, by=request.user, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error("email", error)
            managed = Invitation.objects.managed_by(request.user)
            pending = managed.filter(
                organisation=organisation, email__iexact=form.data["email"]
            ).first()
        else:
            messages.success(request, _("L’invitation est envoyée."))
            return redirect(HOME)
    context = {"form": form, "organisation": organisation, "pending": pending}
    return render(request, "partners/invite.html", context)


@require_http_methods(METHODS)
def invitation_resend(request: HttpRequest, uuid) -> HttpResponse:
    invitation = get_object_or_404(
        Invitation.objects.managed_by(request.user), uuid=uuid
    )
    page = Confirmation(
        title=_("Renvoyer l’invitation"),
        sentence=_("Un nouveau courriel partira à %(email)s, valable quatorze jours.")
        % {"email": invitation.email},
        button=_("Renvoyer l’invitation"),
        done=_("L’invitation est renvoyée."),
        back=reverse(HOME),
    )
    return confirm(
        request,
        page,
        lambda: registration.resend_invitation(invitation=invitation, by=request.user),
    )


@require_http_methods(METHODS)
def invitation_cancel(request: HttpRequest, uuid) -> HttpResponse:
    invitation = get_object_or_404(
        Invitation.objects.managed_by(request.user), uuid=uuid
    )
    page = Confirmation(
        title=_("Annuler l’invitation"),
        sentence=_("Le lien envoyé à %(email)s ne fonctionnera plus.")
        % {"email": invitation.email},
        button=_("Annuler l’invitation"),
        done=_("L’invitation est annulée."),
        back=reverse(HOME),
        kind="danger",
    )
    return confirm(
        request,
        page,
        lambda: registration.cancel_invitation(invitation=invitation, by=request.user),
    )


# -- Partnerships -------------------------------------------------------------------


@require_http_methods(METHODS)
def partnership_request(request: HttpRequest) -> HttpResponse:
    """One more service to work with."""
    organisation = own_organisation(
        request, Organisation.objects.editable_by(request.user)
    )
    form = PartnershipRequestForm(request.POST or None, organisation=organisation)
    if request.method == "POST" and form.is_valid():
        partnerships.request_partnership(
            organisation=organisation, by=request.user, **form.cleaned_data
        )
        messages.success(request, _("La demande est envoyée au service."))
        return redirect(HOME)
    return render(request, "partners/partnership_request.html", {"form": form})


@require_http_methods(METHODS)
def partnership_submit(request: HttpRequest, uuid) -> HttpResponse:
    """Send a refused request again."""
    organisation = own_organisation(
        request, Organisation.objects.editable_by(request.user)
    )
    partnership = get_object_or_404(
        organisation.partnerships.select_related("spip"),
        uuid=uuid,
        state__in=[Partnership.State.REFUSED, Partnership.State.SUBMITTED],
    )
    page = Confirmation(
        title=_("Renvoyer la demande"),
        sentence=_("« %(spip)s » examinera de nouveau la demande de votre structure.")
        % {"spip": partnership.spip},
        button=_("Renvoyer la demande"),
        done=_("La demande est renvoyée."),
        back=reverse(HOME),
    )
    return confirm(
        request,
        page,
        lambda: partnerships.submit_again(partnership=partnership, by=request.user),
    )
