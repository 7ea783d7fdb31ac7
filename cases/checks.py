from django.conf import settings
from django.core.checks import Error, Tags, register

BACKEND = "cases.backends.LiveShareBackend"


@register(Tags.security)
def check_backends(app_configs, **kwargs) -> list[Error]:
    """guardian's stock backend grants revoked shares: only ours may answer."""
    stock = "guardian.backends.ObjectPermissionBackend"
    if BACKEND in settings.AUTHENTICATION_BACKENDS and (
        stock not in settings.AUTHENTICATION_BACKENDS
    ):
        return []
    return [
        Error(f"AUTHENTICATION_BACKENDS doit nommer {BACKEND} seul.", id="cases.E001")
    ]
