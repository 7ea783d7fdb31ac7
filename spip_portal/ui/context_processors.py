from functools import cached_property

from django.conf import settings
from django.http import HttpRequest

from spip_portal.accounts.models import Posting
from spip_portal.registry import RoleChoice
from spip_portal.ui import navigation
from spip_portal.ui.navigation import Link


class PortalContext:
    """What base.html shows around a page. Computed when asked for: an error page, a
    fragment or a mail asks for nothing, and then not even the user is loaded."""

    session_idle = int(settings.SESSION_IDLE.total_seconds())

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def navigation(self) -> list[Link]:
        return navigation.links(
            navigation.MAIN, self.request.user, self.request.path_info
        )

    @cached_property
    def person_menu(self) -> list[Link]:
        return navigation.links(navigation.PERSON, self.request.user)

    @cached_property
    def other_postings(self) -> list[Posting]:
        """The roles this agent may switch to; one query, for agents only."""
        user = self.request.user
        if not user.is_authenticated or not user.is_agent:
            return []
        live = user.postings.live().select_related("spip")
        return [p for p in live if p.pk != user.active_posting_id]

    @cached_property
    def other_roles(self) -> list[RoleChoice]:
        """The structures a partner may act for instead; agents find theirs on their
        account page, so that a menu costs one query at most."""
        user = self.request.user
        if not user.is_authenticated or user.is_agent:
            return []
        return [role for role in user.roles if not role.is_current]

    @cached_property
    def footer(self) -> list[Link]:
        return navigation.links(navigation.FOOTER, self.request.user)

    @cached_property
    def demo_links(self) -> list[Link]:
        return navigation.demo_links(self.request.user)

    @cached_property
    def registration_url(self) -> str:
        return navigation.url_of("partners:registration")

    @cached_property
    def session_extend_url(self) -> str:
        return navigation.url_of("accounts:extend_session")


def portal(request: HttpRequest) -> dict[str, PortalContext]:
    return {"portal": PortalContext(request)}
