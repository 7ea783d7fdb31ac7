"""The entries of every menu, in one place. A predicate looks at what the request has
already loaded (`user.role`), or what the person's menu asks in its one query
(`user.roles`)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from spip_portal.accounts.enums import PARTNER, Role


@dataclass(frozen=True)
class Entry:
    label: Promise
    route: str
    is_open_to: Callable[..., bool]
    also_under: str = ""  # a route whose pages are part of it as well


@dataclass(frozen=True)
class Link:
    label: Promise
    url: str
    is_current: bool = False


def everyone(user) -> bool:
    return True


def signed_in(user) -> bool:
    return user.is_authenticated


def visitor(user) -> bool:
    return not user.is_authenticated


def partner(user) -> bool:
    return user.is_authenticated and user.role == PARTNER and not user.is_superuser


def recipient(user) -> bool:
    """A partner to whom a document may be shared by name now."""
    return partner(user) and any(role.receives_documents for role in user.roles)


def case_staff(user) -> bool:
    return user.is_authenticated and user.role in {Role.CPIP, Role.MANAGER}


def network_keeper(user) -> bool:
    return user.is_authenticated and user.role in {Role.COORDINATOR, Role.MANAGER}


def journal_reader(user) -> bool:
    return user.is_authenticated and user.role in {Role.MANAGER, Role.AUDITOR}


def administrator(user) -> bool:
    return user.is_authenticated and user.is_staff


MAIN = (
    Entry(_("Missions"), "partners:mission_list", everyone),
    Entry(_("Conventions"), "partners:agreement_list", everyone),
    Entry(_("Actions"), "partners:action_list", everyone),
    Entry(_("Annuaire"), "partners:directory", everyone),
    Entry(_("Dossiers"), "cases:case_list", case_staff, "cases:shared_documents"),
    Entry(_("Documents partagés"), "cases:shared_documents", recipient),
    Entry(_("Réunions"), "meetings:meeting_list", signed_in),
)
PERSON = (
    Entry(_("Ma structure"), "partners:my_organisation", partner),
    Entry(_("Demandes de partenariat"), "partners:partnership_queue", network_keeper),
    Entry(_("Journal des accès"), "journal:journal", journal_reader),
    Entry(_("Mon compte"), "accounts:account", signed_in),
    Entry(_("Administration technique"), "admin:index", administrator),
)
FOOTER = (
    Entry(_("Calendrier"), "pages:calendar", everyone),
    Entry(_("Forums"), "partners:forum_list", everyone),
    Entry(_("Qui contacter"), "partners:contacts", everyone),
    Entry(_("Qui fait quoi"), "partners:duties", everyone),
    Entry(_("Lexique"), "partners:glossary", everyone),
    Entry(_("Lettre d’information"), "newsletters:archive", everyone),
)
DEMO = (
    Entry(_("Changer de personnage"), "demo:personas", everyone),
    Entry(_("Boîte aux lettres"), "demo:mailbox", everyone),
)
LEGAL = (
    Entry(_("Accessibilité"), "pages:accessibility", everyone),
    Entry(_("Mentions légales"), "pages:legal_notice", everyone),
    Entry(_("Données personnelles"), "pages:personal_data", everyone),
)

SITEMAP = (
    (_("Le portail"), (Entry(_("Accueil"), "pages:home", everyone), *MAIN, *FOOTER)),
    (_("Votre espace"), (*PERSON, Entry(_("Se connecter"), "account_login", visitor))),
    (_("À propos"), LEGAL),
)


def links(entries: Iterable[Entry], user, current_path: str = "") -> list[Link]:
    """The entries this person may use. One whose app is not installed is left out."""
    found = []
    for entry in entries:
        url = url_of(entry.route)
        if url and entry.is_open_to(user):
            parts = (url, url_of(entry.also_under) or url)
            found.append(Link(entry.label, url, current_path.startswith(parts)))
    return found


def demo_links(user) -> list[Link]:
    return links(DEMO, user) if settings.DEMO else []


def url_of(route: str) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""
