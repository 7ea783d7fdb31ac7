from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from spip_portal import registry
from spip_portal.accounts.models import Spip
from spip_portal.ui import navigation


@require_safe
@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """What waits for whoever is signed in; for a visitor, what the service is."""
    blocks = sorted(
        registry.gather("home_blocks", request.user), key=lambda block: block.order
    )
    template = "home" if request.user.is_authenticated else "welcome"
    return render(request, f"pages/{template}.html", {"blocks": blocks})


@require_safe
@login_not_required
def legal_notice(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "pages/legal_notice.html",
        {
            "page_title": _("Mentions légales"),
            "spips": Spip.objects.all(),
            "hosting": settings.LEGAL_HOSTING,
        },
    )


@require_safe
@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "pages/accessibility.html",
        {
            "page_title": _("Accessibilité : non conforme"),
            "spips": Spip.objects.all(),
        },
    )


@require_safe
@login_not_required
def personal_data(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "pages/personal_data.html",
        {
            "page_title": _("Données personnelles"),
            "spips": Spip.objects.all(),
            "act": settings.REAL_DATA_ACT,
        },
    )


@require_safe
@login_not_required
def sitemap(request: HttpRequest) -> HttpResponse:
    sections = [
        (title, navigation.links(entries, request.user))
        for title, entries in navigation.SITEMAP
    ]
    return render(
        request,
        "pages/sitemap.html",
        {"page_title": _("Plan du site"), "sections": sections},
    )
