"""Sessions of an announced action: each change says first how many it tells."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from partners.calendar import session_event
from partners.forms.publishing import SessionChangeForm
from partners.models import ActionSession, CollectiveAction
from partners.services import sessions as services
from partners.views.confirming import Confirmation, confirm
from spip_portal.calendar import CONTENT_TYPE, published
from spip_portal.ui.templatetags.portal import long_datetime

METHODS = ["GET", "POST"]


@require_safe
@login_not_required
def action_calendar(request: HttpRequest, uuid) -> HttpResponse:
    """Every session of the action, for one’s own calendar."""
    actions = CollectiveAction.objects.visible_to(request.user)
    action = get_object_or_404(actions, uuid=uuid)
    sessions = action.sessions.select_related("action")
    content = published(map(session_event, sessions), name=action.title)
    headers = {"Content-Disposition": "attachment; filename=agenda.ics"}
    return HttpResponse(content, CONTENT_TYPE, headers=headers)


@require_http_methods(METHODS)
def session_move(request: HttpRequest, uuid) -> HttpResponse:
    session = _movable(request, uuid)
    page = Confirmation(
        title=_("Déplacer la séance"),
        sentence=_("La séance du %(day)s changera de date. %(told)s")
        % {"day": long_datetime(session.starts_at), "told": told(session.action)},
        button=_("Déplacer la séance"),
        done=_("La séance est déplacée."),
        back=_action_url(session),
    )
    return confirm(
        request,
        page,
        lambda **dates: services.move_session(
            session=session, by=request.user, **dates
        ),
        SessionChangeForm(request.POST or None, instance=session),
    )


@require_http_methods(METHODS)
def session_cancel(request: HttpRequest, uuid) -> HttpResponse:
    session = _movable(request, uuid)
    page = Confirmation(
        title=_("Annuler la séance"),
        sentence=_("La séance du %(day)s n’aura pas lieu. %(told)s")
        % {"day": long_datetime(session.starts_at), "told": told(session.action)},
        button=_("Annuler la séance"),
        done=_("La séance est annulée."),
        back=_action_url(session),
        kind="danger",
    )
    return confirm(
        request,
        page,
        lambda: services.cancel_session(session=session, by=request.user),
    )


def told(action: CollectiveAction) -> str:
    """How many get a mail, in words."""
    count = services.people_concerned(action=action).count()
    if not count:
        return _("Personne n’est à prévenir.")
    return ngettext(
        "%(count)d personne sera prévenue par courriel.",
        "%(count)d personnes seront prévenues par courriel.",
        count,
    ) % {"count": count}


def _movable(request: HttpRequest, uuid) -> ActionSession:
    movable = ActionSession.objects.movable_by(request.user).select_related("action")
    return get_object_or_404(movable, uuid=uuid)


def _action_url(session: ActionSession) -> str:
    return reverse("partners:action", args=[session.action.uuid])
