from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partners.forms.attendance import AttendanceForm
from partners.models import ActionSession, SessionAttendance
from partners.services import attendance as services


@require_http_methods(["GET", "POST"])
def session_attendance(request: HttpRequest, uuid) -> HttpResponse:
    """Figures only: the page has nowhere to write a name."""
    countable = ActionSession.objects.countable_by(request.user)
    session = get_object_or_404(countable.select_related("action"), uuid=uuid)
    counted = SessionAttendance.objects.filter(session=session).first()
    form = AttendanceForm(
        request.POST or None, instance=counted or SessionAttendance(session=session)
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.record_attendance(
                session=session, by=request.user, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Les présences sont enregistrées."))
            return redirect("partners:action", session.action.uuid)
    context = {"form": form, "session": session}
    return render(request, "partners/attendance_edit.html", context)
