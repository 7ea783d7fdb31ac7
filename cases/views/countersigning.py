"""The direction countersigns what its rules ask it to, or refuses."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.forms.sharing import RevokeForm
from cases.models import Share
from cases.services import sharing as services
from partners.views.confirming import Confirmation, confirm


def share_countersign(request: HttpRequest, uuid) -> HttpResponse:
    found = get_object_or_404(Share.objects.countersignable_by(request.user), uuid=uuid)
    page = Confirmation(
        title=_("Contresigner le partage"),
        sentence=_(
            "Les personnes nommées seront prévenues et pourront lire les documents "
            "jusqu’à la date décidée. Votre nom et l’heure sont inscrits au journal."
        ),
        button=_("Contresigner"),
        done=_("Le partage est contresigné, les personnes sont prévenues."),
        back=reverse("cases:share", args=[uuid]),
    )
    return confirm(
        request,
        page,
        lambda: services.countersign_share(share=found, by=request.user),
    )


def share_decline(request: HttpRequest, uuid) -> HttpResponse:
    found = get_object_or_404(Share.objects.countersignable_by(request.user), uuid=uuid)
    page = Confirmation(
        title=_("Refuser la contresignature"),
        sentence=_("Le partage prend fin sans avoir eu d’effet. Le CPIP est prévenu."),
        button=_("Refuser"),
        done=_("La contresignature est refusée, le CPIP est prévenu."),
        back=reverse("cases:share", args=[uuid]),
        kind="danger",
    )
    return confirm(
        request,
        page,
        lambda reason: services.decline_share(
            share=found, by=request.user, reason=reason
        ),
        RevokeForm(request.POST or None),
    )
