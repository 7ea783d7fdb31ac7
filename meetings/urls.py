from django.urls import path

from meetings.views import answers, lists, planning, sending

app_name = "meetings"
urlpatterns = [
    path("", lists.meeting_list, name="meeting_list"),
    path("nouvelle/", planning.meeting_create, name="meeting_create"),
    path("reponse/<str:token>/", answers.answer, name="answer"),
    path(
        "reponse/<str:token>/reunion.ics",
        answers.answer_calendar,
        name="answer_calendar",
    ),
    path("<uuid:uuid>/", lists.meeting_detail, name="meeting_detail"),
    path("<uuid:uuid>/convocation.pdf", lists.specimen, name="specimen"),
    path("<uuid:uuid>/reunion.ics", lists.meeting_calendar, name="meeting_calendar"),
    path("<uuid:uuid>/modifier/", planning.meeting_edit, name="meeting_edit"),
    path("<uuid:uuid>/invites/", planning.invitees, name="invitees"),
    path("<uuid:uuid>/convoquer/", sending.meeting_convene, name="meeting_convene"),
    path("<uuid:uuid>/envoi/", sending.sending, name="sending"),
    path("<uuid:uuid>/relancer/", sending.meeting_remind, name="meeting_remind"),
    path("<uuid:uuid>/annuler/", sending.meeting_cancel, name="meeting_cancel"),
    path("<uuid:uuid>/supprimer/", sending.meeting_delete, name="meeting_delete"),
]
