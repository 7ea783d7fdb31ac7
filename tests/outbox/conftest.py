import pytest

from tests.outbox.sink import Sink


@pytest.fixture
def sink(settings):
    """The mail server that the portal is configured to use."""
    with Sink() as server:
        use(server, settings)
        yield server


def use(server: Sink, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 5
