"""The services, their agents and every account. Mails are left out on purpose: an
account of the demo has no owner to tell."""

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone
from django.utils.text import slugify

from spip_portal.accounts.models import Antenne, Posting, Spip, User
from spip_portal.accounts.services import create_account
from spip_portal.demo.loading import source
from spip_portal.demo.personas import PERSONAS

AGENTS_DOMAIN = "spip"
IN_OFFICE_SINCE = -24  # months


def load() -> None:
    data = source.read("spips")
    for row in data["spip"]:
        _load_spip(row)
    for row in data["agent"]:
        _load_agent(row)
    administrator = account({"persona": "admin"}, AGENTS_DOMAIN, has_factor=True)
    User.objects.filter(pk=administrator.pk).update(is_staff=True, is_superuser=True)


def _load_spip(row: dict) -> None:
    antennes = row.pop("antenne")
    spip, _created = Spip.objects.get_or_create(slug=row["slug"], defaults=row)
    for antenne in antennes:
        Antenne.objects.get_or_create(spip=spip, name=antenne["name"], defaults=antenne)


def _load_agent(row: dict) -> None:
    user = account(row, AGENTS_DOMAIN, has_factor=True)
    is_confirmed = row.get("confirmed", True)
    spip = spip_of(row["spip"])
    posting, _created = Posting.objects.get_or_create(
        user=user,
        spip=spip,
        role=row["role"],
        defaults={
            "antenne": spip.antennes.filter(name=row.get("antenne")).first(),
            "starts_on": source.month_start(IN_OFFICE_SINCE if is_confirmed else 0),
            "confirmed_at": timezone.now() if is_confirmed else None,
        },
    )
    if is_confirmed and user.active_posting_id is None:
        user.active_posting = posting
        user.save(update_fields=["active_posting"])
    if "left" in row:  # in office while their cases are loaded
        Posting.objects.filter(pk=posting.pk).update(ends_on=None)


def let_leave() -> None:
    """Those whose row says how many days ago they `left`: their cases stay."""
    for row in source.read("spips")["agent"]:
        if "left" in row:
            user = account(row, AGENTS_DOMAIN)
            Posting.objects.filter(user=user).update(ends_on=source.day(row["left"]))


def account(row: dict, domain: str, *, has_factor: bool = False) -> User:
    """The account of a row that names a persona or a person. Its password is unusable:
    the persona switch is the door."""
    identity = _identity(row, domain)
    user = User.objects.filter(email=identity["email"]).first()
    if user is None:
        user = create_account(**identity, password=None)
        if has_factor:
            TOTP.activate(user, generate_totp_secret())
    return user


def _identity(row: dict, domain: str) -> dict[str, str]:
    if persona := PERSONAS.get(row.get("persona", "")):
        return {
            "email": persona.email,
            "first_name": persona.first_name,
            "last_name": persona.last_name,
        }
    first_name, last_name = row["first_name"], row["last_name"]
    return {
        "email": f"{slugify(first_name)}.{slugify(last_name)}@{domain}.example",
        "first_name": first_name,
        "last_name": last_name,
    }


def named(name: str) -> User:
    """« cpip » (a persona) or « lea.fournier » (how an address begins)."""
    if persona := PERSONAS.get(name):
        return User.objects.get(email=persona.email)
    return User.objects.get(email__startswith=f"{name}@")


def spip_of(slug: str) -> Spip:
    return Spip.objects.get(slug=slug)
