"""Who must prove a second factor, and whether this session has."""

import time
from datetime import timedelta

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.urls import ResolverMatch

# allauth writes "mfa" once a code was checked; the demo's persona switch writes "demo".
PROOFS = {"mfa", "demo"}
# How old a code may be for a document to be opened (SECURITY: stolen session).
RECENT = timedelta(minutes=60)
GUARDED_NAMESPACES = {"cases", "journal", "admin"}
# Whoever has no factor yet must reach the pages that give them one, and the way out.
OPEN_ROUTES = ("account_", "mfa_")


def must_prove(user, match: ResolverMatch) -> bool:
    """True when this account may not use this route on a password alone."""
    if not user.is_authenticated or (match.url_name or "").startswith(OPEN_ROUTES):
        return False
    guarded = bool(GUARDED_NAMESPACES & set(match.namespaces))
    return guarded or user.is_superuser or user.is_agent


def is_session_proven(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    return any(record["method"] in PROOFS for record in records)


def is_proof_recent(request: HttpRequest) -> bool:
    """The persona switch of the demo has no code to ask again: it stands in for one."""
    oldest = time.time() - RECENT.total_seconds()
    return any(
        record["method"] == "demo"
        or (record["method"] in PROOFS and record["at"] >= oldest)
        for record in get_authentication_records(request, request.user)
    )


def has_second_factor(user) -> bool:
    return Authenticator.objects.filter(
        user_id=user.pk, type=Authenticator.Type.TOTP
    ).exists()
