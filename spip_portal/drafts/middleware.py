from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from spip_portal.drafts import services

FIRST_REDIRECTION, FIRST_ERROR = 300, 400


class DraftMiddleware:
    """A form that was accepted, as its view says by leading elsewhere, needs its
    draft no more. Last of all: nothing else may have answered in the view's place."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if (
            request.method == "POST"
            and getattr(request, "reached_its_view", False)
            and FIRST_REDIRECTION <= response.status_code < FIRST_ERROR
            and request.user.is_authenticated
        ):
            services.forget(user=request.user, page=request.get_full_path())
        return response

    def process_view(self, request, view_func, view_args, view_kwargs) -> None:
        """Called only when the second factor and the sign-in let the request pass."""
        request.reached_its_view = True
