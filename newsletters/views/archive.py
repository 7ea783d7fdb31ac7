"""What everybody reads: the sent issues."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from newsletters.models import Issue, Newsletter, Subscriber
from spip_portal.search.forms import SearchForm

PAGE_SIZE = 20


@require_safe
@login_not_required
def archive(request: HttpRequest) -> HttpResponse:
    """The archive; for those who write, what is in progress above it; for those who
    are signed in, their subscriptions."""
    user = request.user
    sent = Issue.objects.sent().select_related("newsletter__spip")
    asked = SearchForm(request.GET)
    words = asked.cleaned_data["q"] if asked.is_valid() else ""
    if words:
        sent = sent.search(words)
    context = {
        "words": words,
        "page": Paginator(sent, PAGE_SIZE).get_page(request.GET.get("page")),
        "managed": Newsletter.objects.managed_by(user).first(),
        "may_write": user.is_active and (user.is_coordinator or user.is_manager),
        "subscriptions": _subscriptions(user),
    }
    if context["managed"]:
        context["in_progress"] = Issue.objects.managed_by(user).in_progress()
        context["subscriber_count"] = context["managed"].subscribers.live().count()
    return render(request, "newsletters/archive.html", context)


def _subscriptions(user) -> list[tuple[Newsletter, bool]]:
    """(letter, do they receive it), for whoever is signed in."""
    if not user.is_active:
        return []
    live = Subscriber.objects.of(user).live()
    received = set(live.values_list("newsletter", flat=True))
    letters = Newsletter.objects.select_related("spip")
    return [(letter, letter.pk in received) for letter in letters]


@require_safe
@login_not_required
def issue(request: HttpRequest, slug: str) -> HttpResponse:
    issues = Issue.objects.visible_to(request.user).select_related("newsletter__spip")
    found = get_object_or_404(issues.prefetch_related("items"), slug=slug)
    return render(request, "newsletters/issue.html", {"issue": found})
