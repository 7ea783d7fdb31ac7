from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.enums import Answer


def answers_sentence(tally: dict[str, int]) -> str:
    """What the counts of `InviteeQuerySet.tally()` say; an answer nobody gave is
    not named."""
    total = tally["total"]
    invited = ngettext("%(n)s personne invitée", "%(n)s personnes invitées", total)
    if tally[Answer.NONE] == total > 1:
        said = _("aucune n’a encore répondu")
    else:
        said = ", ".join(_said(tally))
    return f"{invited % {'n': total}} : {said}."


def _said(tally: dict[str, int]) -> list[str]:
    yes, represented, no, none = (
        tally[answer]
        for answer in (Answer.YES, Answer.REPRESENTED, Answer.NO, Answer.NONE)
    )
    texts = [
        (yes, ngettext("%(n)s participe", "%(n)s participent", yes)),
        (
            represented,
            ngettext(
                "%(n)s sera représentée", "%(n)s seront représentées", represented
            ),
        ),
        (no, ngettext("%(n)s ne participe pas", "%(n)s ne participent pas", no)),
        (
            none,
            ngettext(
                "%(n)s n’a pas encore répondu", "%(n)s n’ont pas encore répondu", none
            ),
        ),
    ]
    return [text % {"n": number} for number, text in texts if number]
