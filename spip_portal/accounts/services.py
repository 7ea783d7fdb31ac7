"""What people can do with accounts: be created, be locked out, change posting, be
helped when the second factor is lost."""

import hashlib
import hmac
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from spip_portal.accounts import emails
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import FactorReset, Posting, SignInFailure, Spip, User
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record

CASES_CLOSED_AFTER_RESET = timedelta(hours=24)


@transaction.atomic
def create_account(
    *, email: str, first_name: str, last_name: str, password: str | None
) -> User:
    """A new account whose address is proven (its owner followed a link sent there).
    Without a password the owner sets one by the reset page."""
    user = User.objects.create_user(
        email, password, first_name=first_name, last_name=last_name
    )
    EmailAddress.objects.create(
        user=user, email=user.email, verified=True, primary=True
    )
    return user


# -- Sign-in limits ------------------------------------------------------------------


def _identifier(email: str) -> str:
    return hmac.new(
        settings.SECRET_KEY.encode(), email.strip().lower().encode(), hashlib.sha256
    ).hexdigest()


def is_locked(email: str) -> bool:
    """Ten failures within the hour, with a password or a code; known or unknown
    address alike."""
    recent = SignInFailure.objects.recent(_identifier(email))
    return recent.count() >= SignInFailure.LIMIT


def note_failure(*, email: str) -> None:
    """Count a wrong password or code; at the tenth the account's owner is told."""
    identifier = _identifier(email)
    SignInFailure.objects.create(identifier=identifier)
    if SignInFailure.objects.recent(identifier).count() == SignInFailure.LIMIT:
        user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if user:
            emails.send_account_locked(user)


def clean_up() -> None:
    """Forget what no longer limits anyone, and dead sessions."""
    old = timezone.now() - SignInFailure.WINDOW
    SignInFailure.objects.filter(failed_at__lt=old).delete()
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


# -- Accounts ------------------------------------------------------------------------


def end_sessions(*, user: User) -> None:
    """Every session of this account is dead at its next request."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)


def deactivate_account(*, user: User) -> None:
    """Close an account: every session is dead at once, and stays dead should the
    account open again."""
    User.objects.filter(pk=user.pk).update(
        is_active=False, session_epoch=F("session_epoch") + 1
    )


# -- Postings ------------------------------------------------------------------------


def choose_posting(*, user: User, posting: Posting | None) -> None:
    """Act under this posting from now on; None: as a partner."""
    if posting and not user.postings.live().filter(pk=posting.pk).exists():
        raise PermissionDenied
    User.objects.filter(pk=user.pk).update(active_posting=posting)


@transaction.atomic
def confirm_posting(*, posting: Posting, by: User) -> None:
    """The direction vouches for an agent of its service; without this line a posting
    opens nothing, so an administrator alone makes nobody a CPIP."""
    if not Posting.objects.confirmable_by(by).filter(pk=posting.pk).exists():
        raise PermissionDenied
    Posting.objects.filter(pk=posting.pk).update(
        confirmed_at=timezone.now(), confirmed_by=by
    )
    User.objects.filter(pk=posting.user_id, active_posting=None).update(
        active_posting=posting
    )
    _record_security(by, posting.user, "confirmation d’affectation")
    emails.send_posting_confirmed(posting)


@transaction.atomic
def create_direction(
    *, spip: Spip, email: str, first_name: str, last_name: str
) -> Posting:
    """The first direction account of a service. Raises ValueError when the service has
    had a manager already: from then on the direction confirms."""
    if Posting.objects.filter(spip=spip, role=Role.MANAGER).exists():
        raise ValueError("Ce service a déjà eu une direction.")
    user = create_account(
        email=email, first_name=first_name, last_name=last_name, password=None
    )
    posting = Posting.objects.create(
        user=user,
        spip=spip,
        role=Role.MANAGER,
        starts_on=timezone.localdate(),
        confirmed_at=timezone.now(),
    )
    User.objects.filter(pk=user.pk).update(active_posting=posting)
    record(
        actor=None,
        verb=Verb.SECURITY,
        spip_id=spip.pk,
        object_kind="compte",
        object_uuid=user.uuid,
        motive="premier compte de direction",
    )
    return posting


# -- Lost second factor --------------------------------------------------------------


@transaction.atomic
def start_factor_reset(*, user: User, by: User, spip: Spip, motive: str) -> FactorReset:
    """First of two people. The caller has checked that `by` may help `user`: the
    direction for agents (here), the référent for partners (partners.services)."""
    reset = FactorReset.objects.create(
        user=user, spip=spip, started_by=by, motive=motive
    )
    _record_security(by, user, f"réinitialisation demandée : {motive}")
    emails.send_factor_reset_started(reset)
    return reset


@transaction.atomic
def confirm_factor_reset(*, reset: FactorReset, by: User) -> None:
    """Second person, of the direction or the coordination of the service: the factors
    go, sessions end, cases stay shut for a day, the account is told."""
    if not FactorReset.objects.confirmable_by(by).filter(pk=reset.pk).exists():
        raise PermissionDenied
    now = timezone.now()
    FactorReset.objects.waiting().filter(pk=reset.pk).update(
        confirmed_by=by, confirmed_at=now
    )
    Authenticator.objects.filter(user=reset.user).delete()
    User.objects.filter(pk=reset.user_id).update(
        cases_closed_until=now + CASES_CLOSED_AFTER_RESET,
        session_epoch=F("session_epoch") + 1,
    )
    _record_security(by, reset.user, "réinitialisation confirmée")
    emails.send_factor_reset_done(reset)


def _record_security(by: User, about: User, motive: str) -> None:
    record(
        actor=by,
        verb=Verb.SECURITY,
        object_kind="compte",
        object_uuid=about.uuid,
        motive=motive,
    )
