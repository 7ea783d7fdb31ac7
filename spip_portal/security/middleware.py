"""What every request goes through: headers, actor, session limits, second factor."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from spip_portal.accounts.second_factor import (
    has_second_factor,
    is_session_proven,
    must_prove,
)
from spip_portal.security.actor import actor

GetResponse = Callable[[HttpRequest], HttpResponse]

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "payment",
        "usb",
    )
)
# A second request may be let through at most this often before its time is noted:
# a write per request would be paid by every page.
SEEN_EVERY_SECONDS = 60
HEALTH_PATHS = "/sante/"


class SecurityHeadersMiddleware:
    """Outermost, so that errors and static files carry the headers too."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.setdefault("X-Content-Type-Options", "nosniff")
        response.setdefault("X-Frame-Options", "DENY")
        # By the cookie and not by the user: when the database is away, asking who is
        # there would cost the error page its headers. Static files have no user.
        cookies = {*request.COOKIES, *response.cookies}
        if hasattr(request, "user") and settings.SESSION_COOKIE_NAME in cookies:
            response["Cache-Control"] = "no-store"
        return response


class ActorMiddleware:
    """One transaction, in which PostgreSQL knows the visitor, around the view and its
    rendering; undone when the answer is an error of ours."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(HEALTH_PATHS):
            return self.get_response(request)  # the probes must answer without SQL
        with actor(request.user):
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response


class SessionLimitsMiddleware:
    """30 minutes idle, 10 hours in all (SECURITY: stolen session)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(HEALTH_PATHS):
            return self.get_response(request)
        if request.user.is_authenticated and not self._note_visit(request):
            logout(request)
            messages_url = reverse("account_login")
            response = redirect_to_login(
                request.get_full_path() if request.method == "GET" else "/",
                messages_url,
            )
            response["Location"] += "&expiree=1"
            return response
        return self.get_response(request)

    @staticmethod
    def _note_visit(request: HttpRequest) -> bool:
        """False when the session is past one of its limits."""
        now, session = time.time(), request.session
        started = session.setdefault("started_at", now)
        seen = session.get("seen_at", now)
        if (
            now - seen > settings.SESSION_IDLE.total_seconds()
            or now - started > settings.SESSION_ABSOLUTE.total_seconds()
        ):
            return False
        if now - seen > SEEN_EVERY_SECONDS or "seen_at" not in session:
            session["seen_at"] = now
        return True


class SecondFactorMiddleware:
    """Agents, administrators and whoever opens the case area prove a second factor
    first. In the demo the persona switch stands in for it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if (
            not must_prove(request.user, request.resolver_match)
            or not getattr(view_func, "login_required", True)
            or is_session_proven(request)
        ):
            return None
        if has_second_factor(request.user):
            return redirect_to_login(
                request.get_full_path(), reverse("mfa_reauthenticate")
            )
        messages.info(
            request,
            _(
                "Activez d’abord la double authentification : elle protège les "
                "personnes suivies."
            ),
        )
        return redirect("mfa_activate_totp")
