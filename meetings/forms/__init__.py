from meetings.forms.filters import InvitationFilterForm, MeetingFilterForm, Period
from meetings.forms.invitations import AnswerForm, InviteesForm
from meetings.forms.planning import CancelForm, MeetingEditor

__all__ = [
    "AnswerForm",
    "CancelForm",
    "InvitationFilterForm",
    "InviteesForm",
    "MeetingEditor",
    "MeetingFilterForm",
    "Period",
]
