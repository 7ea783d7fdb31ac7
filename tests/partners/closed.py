"""What every page that is not for all must answer."""

from tests.accounts.factories import client_of


def assert_closed(url: str, *users, methods: tuple[str, ...] = ("get", "post")) -> None:
    """A visitor is asked to sign in; each of `users` gets the 404 of what does not
    exist."""
    for method in methods:
        visitor = getattr(client_of(None), method)(url)
        assert visitor.status_code == 302, (url, method)
        assert visitor.url.startswith("/compte/login/?next="), visitor.url
        for user in users:
            response = getattr(client_of(user), method)(url)
            assert response.status_code == 404, (url, method, user.role)
