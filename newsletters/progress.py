"""Where a sending stands, in sentences."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from spip_portal.outbox.models import Campaign, Progress


@dataclass(frozen=True)
class Described:
    percent: int
    label: str
    note: str
    is_finished: bool


def describe(campaign: Campaign) -> Described:
    progress = campaign.progress()
    return Described(
        percent=progress.percent,
        label=_label(progress),
        note=" ".join(_notes(progress)),
        is_finished=progress.is_finished,
    )


def _label(progress: Progress) -> str:
    counts = {"sent": progress.sent, "total": progress.total}
    if progress.is_finished:
        return (
            ngettext(
                "Envoi terminé : %(sent)d courriel parti sur %(total)d.",
                "Envoi terminé : %(sent)d courriels partis sur %(total)d.",
                progress.sent or 1,  # in French, zero is singular
            )
            % counts
        )
    return (
        ngettext(
            "%(sent)d courriel parti sur %(total)d.",
            "%(sent)d courriels partis sur %(total)d.",
            progress.sent or 1,  # in French, zero is singular
        )
        % counts
    )


def _notes(progress: Progress) -> list[str]:
    notes = []
    if progress.paused_reason:
        notes.append(
            _("Envoi suspendu : %(reason)s Il reprendra de lui-même.")
            % {"reason": _sentence(progress.paused_reason)}
        )
    elif progress.remaining_seconds:
        notes.append(_remaining(progress.remaining_seconds))
    if progress.failed:
        notes.append(
            ngettext(
                "%(count)d adresse en échec.",
                "%(count)d adresses en échec.",
                progress.failed,
            )
            % {"count": progress.failed}
        )
    if progress.possible_copies:
        notes.append(
            ngettext(
                "%(count)d courriel a pu partir deux fois, après une coupure.",
                "%(count)d courriels ont pu partir deux fois, après une coupure.",
                progress.possible_copies,
            )
            % {"count": progress.possible_copies}
        )
    return notes


def _sentence(reason: str) -> str:
    return reason if reason.endswith((".", "!", "?")) else f"{reason}."


def _remaining(seconds: int) -> str:
    if seconds < 60:
        return _("Il reste moins d’une minute.")
    minutes = -(-seconds // 60)
    return ngettext(
        "Il reste environ %(count)d minute.",
        "Il reste environ %(count)d minutes.",
        minutes,
    ) % {"count": minutes}
