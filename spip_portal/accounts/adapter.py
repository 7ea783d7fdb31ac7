"""Where django-allauth asks this project: sign-up, limits, mails, stored secrets."""

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from spip_portal.accounts import services
from spip_portal.outbox.services import queue_mail
from spip_portal.vault import envelope


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by invitation only (partners.services, admin)."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        super().pre_authenticate(request, **credentials)
        if services.is_locked(credentials.get("email", "")):
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        services.note_failure(email=credentials.get("email", ""))

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Account mails leave by the outbox like every other: none is lost when the
        mail server is away. Their body is erased once sent (outbox)."""
        message = self.render_mail(
            template_prefix, email, {"request": self.request, "email": email, **context}
        )
        queue_mail(
            key=f"account:{uuid.uuid4()}",
            to=email,
            subject=message.subject,
            text=str(message.body),
            html=next((a.content for a in message.alternatives), ""),
        )


class MfaAdapter(DefaultMFAAdapter):
    """TOTP secrets and recovery codes are sealed with the vault's key: a stolen dump
    gives no second factor."""

    def encrypt(self, text: str) -> str:
        return envelope.seal_text(text, purpose="mfa")

    def decrypt(self, encrypted_text: str) -> str:
        return envelope.open_text(encrypted_text, purpose="mfa")
