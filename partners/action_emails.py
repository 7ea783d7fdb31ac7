"""What the mails of collective actions say. Nobody is named, and no reference is
written: what a structure calls a person stays in the portal."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.models import ActionRequest, ActionSession, CollectiveAction
from spip_portal.accounts.models import User
from spip_portal.outbox.notices import Notice, send_notice
from spip_portal.ui.templatetags.portal import long_datetime
from spip_portal.ui.urls import absolute

# -- Places --------------------------------------------------------------------------


def send_request_accepted(request: ActionRequest) -> None:
    _tell_requester(
        request,
        subject=_("Vos places sont réservées"),
        sentence=ngettext(
            "%(count)d place est réservée pour votre demande dans l’action « "
            "%(action)s ».",
            "%(count)d places sont réservées pour votre demande dans l’action « "
            "%(action)s ».",
            request.places,
        ),
    )


def send_request_waiting(request: ActionRequest) -> None:
    _tell_requester(
        request,
        subject=_("Votre demande de places est en liste d’attente"),
        sentence=ngettext(
            "L’action « %(action)s » n’a plus %(count)d place libre. Votre demande est "
            "en liste d’attente : un courriel vous préviendra si une place se libère.",
            "L’action « %(action)s » n’a plus %(count)d places libres. Votre demande "
            "est en liste d’attente : un courriel vous préviendra si elles se "
            "libèrent.",
            request.places,
        ),
    )


def send_request_promoted(request: ActionRequest) -> None:
    _tell_requester(
        request,
        subject=_("Des places se sont libérées pour votre demande"),
        sentence=ngettext(
            "Votre demande quitte la liste d’attente : %(count)d place est réservée "
            "dans l’action « %(action)s ».",
            "Votre demande quitte la liste d’attente : %(count)d places sont réservées "
            "dans l’action « %(action)s ».",
            request.places,
        ),
    )


def send_request_refused(request: ActionRequest) -> None:
    _tell_requester(
        request,
        subject=_("Votre demande de places n’est pas acceptée"),
        sentence=_(
            "Le service n’a pas accepté votre demande dans l’action « %(action)s »."
        ),
        more=[_("Motif : %(reason)s") % {"reason": request.reason}],
    )


def send_request_cancelled(request: ActionRequest) -> None:
    _tell_requester(
        request,
        subject=_("Votre demande de places est annulée"),
        sentence=_("Le service a annulé votre demande dans l’action « %(action)s »."),
    )


# -- Sessions ------------------------------------------------------------------------


def send_session_moved(session: ActionSession, before: datetime, user: User) -> None:
    _tell_concerned(
        session.action,
        user,
        subject=_("Une séance change de date"),
        sentence=_(
            "La séance du %(before)s de l’action « %(action)s » aura lieu le %(after)s."
        )
        % {
            "before": long_datetime(before),
            "action": session.action,
            "after": long_datetime(session.starts_at),
        },
    )


def send_session_cancelled(session: ActionSession, user: User) -> None:
    _tell_concerned(
        session.action,
        user,
        subject=_("Une séance est annulée"),
        sentence=_("La séance du %(day)s de l’action « %(action)s » n’aura pas lieu.")
        % {"day": long_datetime(session.starts_at), "action": session.action},
    )


def send_sessions_added(
    action: CollectiveAction, starts: Sequence[datetime], user: User
) -> None:
    sentence = ngettext(
        "L’action « %(action)s », où vous avez des places, compte une séance de plus :",
        "L’action « %(action)s », où vous avez des places, compte %(count)d séances "
        "de plus :",
        len(starts),
    )
    _tell_concerned(
        action,
        user,
        subject=ngettext(
            "Une séance s’ajoute à votre action collective",
            "Des séances s’ajoutent à votre action collective",
            len(starts),
        ),
        sentence=sentence % {"action": action, "count": len(starts)},
        more=[long_datetime(start) for start in starts],
    )


def send_action_cancelled(
    action: CollectiveAction, user: User, *, had_asked: bool
) -> None:
    closed = _("Vos demandes de places y sont closes : vous n’avez rien à faire.")
    _tell_concerned(
        action,
        user,
        subject=_("Une action collective est annulée"),
        sentence=_("L’action « %(action)s » est annulée : aucune séance n’aura lieu.")
        % {"action": action},
        more=[closed] if had_asked else [],
    )


def _tell_concerned(
    action: CollectiveAction,
    user: User,
    *,
    subject: str,
    sentence: str,
    more: Sequence[str] = (),
) -> None:
    notice = Notice(
        subject=subject,
        paragraphs=[sentence, *more],
        label=_("Voir l’action"),
        url=absolute(reverse("partners:action", args=[action.uuid])),
        why=_("votre structure y intervient, ou vous y avez demandé des places."),
    )
    send_notice(key=f"action:{uuid.uuid4()}", to=user.email, notice=notice)


# -- Common --------------------------------------------------------------------------


def _tell_requester(
    request: ActionRequest,
    *,
    subject: str,
    sentence: str,
    more: Sequence[str] = (),
) -> None:
    values = {"count": request.places, "action": request.action}
    notice = Notice(
        subject=subject,
        paragraphs=[sentence % values, *more],
        label=_("Voir mes demandes"),
        url=absolute(reverse("partners:own_requests")),
        why=_("vous avez demandé des places dans une action collective."),
    )
    # The action is locked while a state changes: a second click sends nothing.
    key = f"request:{request.state}:{uuid.uuid4()}"
    if request.requested_by.is_active:
        send_notice(key=key, to=request.requested_by.email, notice=notice)
