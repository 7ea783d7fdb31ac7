"""What the case area offers to pages it does not know (spip_portal.registry)."""


def register() -> None:
    pass
