"""People and services, for every test of the suite."""

import time

import factory
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.utils import timezone
from factory.django import DjangoModelFactory

from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import Antenne, Posting, Spip, User
from spip_portal.security.dates import today

PASSWORD = "girafe nuage clavier moulin"


class SpipFactory(DjangoModelFactory):
    class Meta:
        model = Spip

    name = factory.Sequence(lambda n: f"SPIP de la Fictive n° {n}")
    short_name = factory.Sequence(lambda n: f"SPIP {n}")
    slug = factory.Sequence(lambda n: f"fictive-{n}")
    departement = "55"
    phone = "03 29 00 00 00"


class AntenneFactory(DjangoModelFactory):
    class Meta:
        model = Antenne

    spip = factory.SubFactory(SpipFactory)
    name = factory.Sequence(lambda n: f"Antenne n° {n}")


class UserFactory(DjangoModelFactory):
    """A person with a proven address. `totp=True` enrols a second factor."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@asso.example")
    first_name = factory.Sequence(lambda n: f"Camille{n}")
    last_name = factory.Sequence(lambda n: f"Fictif{n}")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        kwargs.setdefault("password", PASSWORD)
        user = model_class.objects.create_user(*args, **kwargs)
        EmailAddress.objects.create(
            user=user, email=user.email, verified=True, primary=True
        )
        return user

    @factory.post_generation
    def totp(self, create, extracted, **kwargs):
        if extracted:
            give_second_factor(self)


def give_second_factor(user: User) -> str:
    """Enrol a TOTP and return its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


class PostingFactory(DjangoModelFactory):
    """A live posting; `unconfirmed=True` has not met the direction yet."""

    class Meta:
        model = Posting

    user = factory.SubFactory(UserFactory)
    spip = factory.SubFactory(SpipFactory)
    role = Role.CPIP
    starts_on = factory.LazyFunction(today)
    confirmed_at = factory.LazyFunction(timezone.now)

    class Params:
        unconfirmed = factory.Trait(confirmed_at=None)


def agent(role: Role, spip: Spip | None = None, **fields) -> User:
    """An agent on duty: live posting chosen, second factor enrolled."""
    user = UserFactory(totp=True, **fields)
    posting = PostingFactory(user=user, role=role, spip=spip or SpipFactory())
    User.objects.filter(pk=user.pk).update(active_posting=posting)
    return User.objects.get(pk=user.pk)


class Browser(Client):
    """Django's test client over https, as production wants it."""

    def generic(self, method, path, *args, **extra):
        return super().generic(method, path, *args, **extra | {"secure": True})


def client_of(user: User | None, *, is_proven: bool = True) -> Browser:
    """A browser in which `user` is signed in, second factor proven unless told
    otherwise; None: a visitor."""
    client = Browser()
    if user is None:
        return client
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["started_at"] = session["seen_at"] = time.time()
    methods = ["password", "mfa"] if is_proven else ["password"]
    session["account_authentication_methods"] = [
        {"method": method, "at": time.time()} for method in methods
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client
