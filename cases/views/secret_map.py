from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from cases.models import Case, Share
from cases.secret_map import map_of
from cases.services import sharing as services
from partners.views.confirming import Confirmation, confirm
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record


@require_safe
def secret_map(request: HttpRequest, uuid) -> HttpResponse:
    found = get_object_or_404(Case.objects.followed_by(request.user), uuid=uuid)
    record(
        actor=request.user,
        verb=Verb.OPEN,
        object_kind="carte du secret",
        object_uuid=found.uuid,
        request=request,
    )
    context = {
        "case": found,
        "lines": map_of(found),
        "without_reason": _without_reason(request, found).count(),
    }
    return render(request, "cases/secret_map.html", context)


def secret_clean_up(request: HttpRequest, uuid) -> HttpResponse:
    found = get_object_or_404(Case.objects.followed_by(request.user), uuid=uuid)
    count = _without_reason(request, found).count()
    page = Confirmation(
        title=_("Clore ce qui n’a plus de raison d’être"),
        sentence=ngettext(
            "%(count)s partage ne permet plus de lire quoi que ce soit : il sera clos.",
            "%(count)s partages ne permettent plus de lire quoi que ce soit : ils "
            "seront clos.",
            count,
        )
        % {"count": count},
        button=_("Clore"),
        done=_("C’est fait : la carte ne montre plus que ce qui a une raison."),
        back=reverse("cases:secret_map", args=[uuid]),
    )
    return confirm(
        request, page, lambda: services.clean_up(case=found, by=request.user)
    )


def _without_reason(request: HttpRequest, case: Case):
    return Share.objects.revocable_by(request.user).filter(case=case).without_reason()
