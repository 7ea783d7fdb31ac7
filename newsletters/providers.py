"""What the letter puts on the first page."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from newsletters.models import Issue, Newsletter
from spip_portal.registry import HomeBlock, Searchable, SearchHit

IN_PROGRESS_SHOWN = 3


def home_blocks(user) -> Iterator[HomeBlock]:
    """Those who write it: what is in progress. The others: the last issue."""
    if letter := Newsletter.objects.managed_by(user).first():
        issues = list(letter.issues.in_progress()[:IN_PROGRESS_SHOWN])
        yield HomeBlock(
            _("Lettre d’information en cours"),
            "newsletters/home_in_progress.html",
            {"issues": issues},
            order=60,
        )
        return
    last = Issue.objects.sent().select_related("newsletter__spip").first()
    if last:
        yield HomeBlock(
            _("Lettre d’information"),
            "newsletters/home_last.html",
            {"issue": last},
            order=80,
        )


def searchables(user) -> Iterator[Searchable]:
    """The public archive: an issue that is being written is not searched."""
    yield Searchable(
        _("Lettres d’information"),
        Issue.objects.sent(),
        lambda issue: SearchHit(
            issue.title,
            reverse("newsletters:issue", args=[issue.slug]),
            issue.introduction,
        ),
        reverse("newsletters:archive"),
    )
