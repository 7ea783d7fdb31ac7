"""Receiving the letter and leaving it. A link in a mail changes nothing when fetched:
its page shows one button."""

from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from newsletters import services
from newsletters.forms import SubscriptionForm
from newsletters.models import Newsletter, Subscriber


@login_not_required
def subscribe(request: HttpRequest) -> HttpResponse:
    """The answer is the same whatever the address, subscribed or not."""
    letters = list(Newsletter.objects.select_related("spip"))
    form = SubscriptionForm(request.POST or None, newsletters=letters)
    if request.method == "POST" and form.is_valid():
        if ratelimit.consume(request, action="newsletter_subscribe"):
            services.ask_subscription(**form.cleaned_data)
            return redirect("newsletters:subscription_asked")
        form.add_error(
            None,
            _("Trop de demandes depuis votre connexion. Réessayez dans une heure."),
        )
    return render(
        request, "newsletters/subscribe.html", {"form": form, "letters": letters}
    )


@login_not_required
def subscription_asked(request: HttpRequest) -> HttpResponse:
    return render(request, "newsletters/subscription_asked.html")


@never_cache
@login_not_required
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    subscriber = (
        Subscriber.objects.with_token(token).select_related("newsletter__spip").first()
    )
    if subscriber and request.method == "POST":
        services.confirm_subscription(subscriber=subscriber)
        messages.success(
            request,
            _("C’est noté : vous recevrez « %(name)s ».")
            % {"name": subscriber.newsletter},
        )
        return redirect("newsletters:archive")
    return render(request, "newsletters/confirm.html", {"subscriber": subscriber})


# The portal's only exemption. RFC 8058: a mail reader posts here by itself, without
# cookies: there is no session that a forged request could borrow, the secret in the
# address is the whole right, and all it can do is to stop one subscription.
@csrf_exempt
@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: UUID) -> HttpResponse:
    """GET shows a button, POST acts and answers 200 (RFC 8058 wants no redirection)."""
    subscriber = get_object_or_404(
        Subscriber.objects.select_related("newsletter__spip"), uuid=token
    )
    if request.method == "POST":
        services.unsubscribe(subscriber=subscriber)
    return render(
        request,
        "newsletters/unsubscribe.html",
        {"newsletter": subscriber.newsletter, "is_done": request.method == "POST"},
    )


@require_POST
def own_subscribe(request: HttpRequest, slug: str) -> HttpResponse:
    letter = get_object_or_404(Newsletter, slug=slug)
    services.subscribe_user(user=request.user, newsletter=letter)
    messages.success(
        request, _("C’est noté : vous recevrez « %(name)s ».") % {"name": letter}
    )
    return redirect("newsletters:archive")


@require_POST
def own_unsubscribe(request: HttpRequest, slug: str) -> HttpResponse:
    letter = get_object_or_404(Newsletter, slug=slug)
    services.unsubscribe_user(user=request.user, newsletter=letter)
    messages.success(
        request, _("Vous ne recevrez plus « %(name)s ».") % {"name": letter}
    )
    return redirect("newsletters:archive")
