import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spip_portal.settings")

application = get_wsgi_application()

from spip_portal.security.checks import guard_connections  # noqa: E402  after set-up

guard_connections()
