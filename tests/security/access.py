"""The table of rights: one line for each route, or for each kind of object behind it.

A line names who gets a page by GET; everybody else gets what does not exist. One that
names an object of `world.py` is walked with that of service A, that of service B and
one that nobody made. The case area has its own part in `access_cases.py`;
`canaries.py` says who may read what is planted in the world."""

from tests.security.access_cases import CASES
from tests.security.cast import (
    ANY_AGENT,
    ANY_COORDINATION,
    ANY_COORDINATOR,
    ANY_MANAGER,
    ANY_MEMBER,
    ANY_PARTNER,
    ANY_STAFF,
    APPLICANT,
    COORDINATION,
    COORDINATOR,
    CPIPS,
    EVERYONE,
    HOUSE,
    JOURNAL_READERS,
    MANAGER,
    NETWORK,
    NOBODY,
    OUTSIDER,
    REFERENT,
    SERVICE,
    SIGNED_IN,
    SIGNED_OUT,
    STATE_AGENT,
)
from tests.security.lines import Line, button, page, read

FED = "ACTION-NETWORK ACTION-PARTIES MEETING"

TABLE: dict[str, list[Line]] = CASES | {
    # -- Pages of the portal
    "pages:home": [read(EVERYONE)],
    "pages:legal_notice": [read(EVERYONE)],
    "pages:accessibility": [read(EVERYONE)],
    "pages:personal_data": [read(EVERYONE)],
    "pages:sitemap": [read(EVERYONE)],
    "pages:calendar": [read(EVERYONE)],
    "pages:calendar_feed": [
        read(
            EVERYONE,
            "feed",
            tells="ACTION-NETWORK ACTION-PARTIES FORUM-NETWORK FORUM-PARTIES MEETING",
        )
    ],
    "pages:calendar_feed_settings": [read(SIGNED_IN)],
    "pages:calendar_feed_renew": [button(SIGNED_IN)],
    "pages:calendar_feed_revoke": [button(SIGNED_IN)],
    "pages:liveness": [read(EVERYONE)],
    "drafts:draft": [page(SIGNED_IN, status=400)],  # of no page
    "pages:health": [read(EVERYONE, status=503)],  # no worker beats in a test
    # -- Accounts
    "accounts:account": [read(SIGNED_IN)],
    "accounts:choose_posting": [button(SIGNED_IN)],
    "accounts:extend_session": [button(SIGNED_IN)],
    "accounts:postings": [read(ANY_MANAGER)],
    "accounts:posting_confirm": [page(MANAGER, "posting")],
    "accounts:factor_resets": [page(ANY_COORDINATION)],
    "accounts:factor_reset_confirm": [page(COORDINATION, "reset")],
    # -- Sign-in and second factor (allauth): each person's own, no object
    "account_login": [page(SIGNED_OUT, others=302)],
    "account_logout": [page(SIGNED_IN, others=302)],
    "account_signup": [page(SIGNED_OUT, others=302)],  # says that it is closed
    "account_inactive": [read(EVERYONE)],
    "account_reauthenticate": [page(SIGNED_IN)],
    "account_email": [page(SIGNED_IN)],
    "account_email_verification_sent": [read(EVERYONE)],
    "account_confirm_email": [page(EVERYONE, args=("clef",))],
    "account_change_password": [page(SIGNED_IN)],
    "account_set_password": [page(SIGNED_IN, status=302)],  # all have one
    "account_reset_password": [page(EVERYONE)],
    "account_reset_password_done": [read(EVERYONE)],
    "account_reset_password_from_key": [page(EVERYONE, args=("1", "abc-def"))],
    "account_reset_password_from_key_done": [read(EVERYONE)],
    "account_confirm_login_code": [page(NOBODY, others=302)],
    "mfa_index": [read(SIGNED_IN)],
    "mfa_authenticate": [page(NOBODY, others=302)],
    "mfa_reauthenticate": [page(SIGNED_IN)],
    # These ask for the password anew.
    "mfa_activate_totp": [page(SIGNED_IN, status=302)],
    "mfa_deactivate_totp": [page(SIGNED_IN, status=302)],
    "mfa_generate_recovery_codes": [page(SIGNED_IN, status=302)],
    "mfa_view_recovery_codes": [read(NOBODY)],  # none was made yet
    "mfa_download_recovery_codes": [page(NOBODY)],
    # -- The network, read
    "search:results": [read(EVERYONE)],
    "partners:mission_list": [read(EVERYONE)],
    "partners:mission": [
        read(EVERYONE, "mission"),
        read(SERVICE, "draft_mission"),
    ],
    "partners:mission_image": [
        read(EVERYONE, "mission_image"),
        read(SERVICE, "draft_mission_image"),
        read(NOBODY, "quarantined_mission_image"),
    ],
    "partners:mission_print": [
        read(EVERYONE, "mission"),
        read(SERVICE, "draft_mission"),
    ],
    "partners:glossary": [read(EVERYONE)],
    "partners:duties": [read(EVERYONE)],
    "partners:contacts": [read(EVERYONE)],
    "partners:action_list": [read(EVERYONE)],
    "partners:action": [
        read(EVERYONE, "public_action"),
        read(NETWORK, "network_action"),
        read(HOUSE | SERVICE, "parties_action"),
        read(SERVICE, "draft_action"),
    ],
    "partners:action_calendar": [
        read(EVERYONE, "public_action"),
        read(NETWORK, "network_action"),
        read(HOUSE | SERVICE, "parties_action"),
        read(SERVICE, "draft_action"),
    ],
    "partners:action_document_file": [
        read(EVERYONE, "public_action_document"),
        read(HOUSE | SERVICE, "parties_action_document"),
        read(SERVICE, "draft_action_document"),
        read(NOBODY, "quarantined_action_document"),
    ],
    "partners:forum_list": [read(EVERYONE)],
    "partners:forum": [
        read(EVERYONE, "public_forum"),
        read(NETWORK, "network_forum"),
        read(HOUSE | SERVICE, "parties_forum"),
    ],
    "partners:forum_add": [page(ANY_COORDINATION)],
    "partners:forum_edit": [page(COORDINATION, "public_forum")],
    "partners:forum_delete": [page(COORDINATION, "public_forum")],
    "partners:agreement_list": [read(EVERYONE)],
    "partners:agreement": [
        read(EVERYONE, "public_agreement"),
        read(NETWORK, "network_agreement"),
        read(HOUSE | SERVICE, "parties_agreement"),
    ],
    "partners:annex_file": [
        read(EVERYONE, "public_annex"),
        read(HOUSE | SERVICE, "parties_annex"),
        read(NOBODY, "quarantined_annex"),
    ],
    "partners:directory": [read(EVERYONE)],
    "partners:import": [page(ANY_COORDINATOR)],
    "partners:import_template": [read(ANY_COORDINATOR)],
    "partners:referent_invite": [
        page(COORDINATOR, "proposed_partnership"),
        page(NOBODY, "partnership"),  # it has a référent, who invites
    ],
    "partners:organisation": [
        read(EVERYONE, "public_organisation"),
        read(ANY_PARTNER | ANY_AGENT, "organisation"),
        read(ANY_AGENT, "hidden_organisation"),
        read(SERVICE | APPLICANT, "requested_organisation"),
        read(SERVICE, "unproven_organisation"),
    ],
    # -- The network, written
    "partners:mission_add": [page(ANY_COORDINATION)],
    "partners:mission_edit": [page(COORDINATION, "mission")],
    # The words belong to all services; each keeps its own contacts.
    "partners:term_add": [page(ANY_COORDINATION)],
    "partners:term_edit": [page(ANY_COORDINATION, "term")],
    "partners:term_delete": [page(ANY_COORDINATION, "term")],
    "partners:duty_add": [page(ANY_COORDINATION)],
    "partners:duty_edit": [page(ANY_COORDINATION, "duty")],
    "partners:duty_delete": [page(ANY_COORDINATION, "duty")],
    "partners:charge_add": [page(ANY_COORDINATION)],
    "partners:charge_edit": [
        page(COORDINATION, "charge"),
        page(COORDINATION, "ended_charge"),
    ],
    "partners:charge_delete": [page(COORDINATION, "charge")],
    "partners:antenne_add": [page(ANY_COORDINATION)],
    "partners:antenne_edit": [page(COORDINATION, "antenne")],
    "partners:mission_order": [page(ANY_COORDINATION)],
    "partners:mission_versions": [read(COORDINATION, "mission")],
    "partners:mission_version": [read(COORDINATION, "mission", args=(2,))],
    "partners:mission_restore": [page(COORDINATION, "mission", args=(1,))],
    "partners:mission_images": [page(COORDINATION, "mission")],
    "partners:mission_image_remove": [page(COORDINATION, "draft_mission_image")],
    "partners:action_add": [page(ANY_COORDINATION)],
    "partners:action_edit": [page(COORDINATION, "public_action")],
    "partners:action_publish": [page(COORDINATION, "draft_action")],
    "partners:action_cancel": [page(COORDINATION, "public_action")],
    "partners:action_document_add": [
        page(COORDINATION, "public_action"),
        page(COORDINATION, "draft_action"),
    ],
    "partners:action_document_remove": [page(COORDINATION, "parties_action_document")],
    "partners:request_add": [
        page(CPIPS | HOUSE | OUTSIDER | STATE_AGENT, "network_action"),
        page(NOBODY, "parties_action"),  # it is over
        page(NOBODY, "draft_action"),
    ],
    "partners:action_requests": [read(COORDINATION, "network_action")],
    "partners:session_move": [page(COORDINATION, "session")],
    "partners:session_cancel": [page(COORDINATION, "session")],
    "partners:session_attendance": [page(COORDINATION, "past_session")],
    "partners:own_requests": [read(SIGNED_IN)],
    "partners:request_withdraw": [page(REFERENT, "place_request")],
    "partners:request_refuse": [page(COORDINATION, "place_request")],
    "partners:request_cancel": [page(COORDINATION, "place_request")],
    "partners:agreement_add": [page(ANY_COORDINATION)],
    "partners:agreement_edit": [page(COORDINATION, "public_agreement")],
    "partners:agreement_persons": [page(COORDINATION, "public_agreement")],
    "partners:agreement_denounce": [page(COORDINATION, "public_agreement")],
    "partners:agreement_amend": [page(COORDINATION, "public_agreement")],
    "partners:agreement_renew": [
        button(COORDINATION, "public_agreement"),
        button(COORDINATION, "parties_agreement"),
    ],
    "partners:annex_add": [page(COORDINATION, "public_agreement")],
    "partners:annex_remove": [page(COORDINATION, "parties_annex")],
    # -- Joining
    "partners:registration": [page(EVERYONE)],
    "partners:registration_sent": [read(EVERYONE)],
    "partners:registration_step": [
        page(EVERYONE, "draft_link", unknown=410, args=("structure",), tells="DRAFT")
    ],
    "partners:join_ask": [
        page(EVERYONE, "public_siret"),
        page(EVERYONE, "hidden_siret"),  # and its name is told to agents only
    ],
    "partners:join_asked": [read(EVERYONE)],
    "partners:join_confirm": [
        page(EVERYONE, "join_link", unknown=410, tells="JOINING")
    ],
    "partners:join_accept": [
        page(REFERENT, "join_request"),
        page(COORDINATOR, "unkept_join_request"),
    ],
    "partners:join_refuse": [page(REFERENT, "join_request")],
    "partners:proof_file": [
        read(REFERENT | COORDINATION, "proof"),
        read(NOBODY, "quarantined_proof"),
    ],
    "partners:proof_add": [page(ANY_STAFF | APPLICANT)],
    "partners:proof_remove": [page(REFERENT, "proof")],
    "partners:invitation": [
        page(EVERYONE, "invitation_link", unknown=410, tells="INVITED")
    ],
    # -- The service's side of a partnership
    "partners:partnership_queue": [read(ANY_COORDINATION)],
    "partners:category_queue": [read(ANY_COORDINATION)],
    "partners:partnership": [
        read(COORDINATION, "partnership"),
        read(COORDINATION, "requested_partnership"),
        read(NOBODY, "unproven_partnership"),
    ],
    "partners:partnership_validate": [page(COORDINATION, "requested_partnership")],
    "partners:partnership_refuse": [page(COORDINATION, "requested_partnership")],
    "partners:partnership_suspend": [page(COORDINATION, "partnership")],
    "partners:partnership_reactivate": [page(COORDINATION, "partnership")],
    "partners:category_propose": [page(COORDINATION, "partnership")],
    "partners:category_confirm": [page(MANAGER, "proposed_partnership")],
    # -- One's own structure
    "partners:my_organisation": [read(SIGNED_IN)],
    "partners:organisation_edit": [page(ANY_STAFF | APPLICANT)],
    "partners:organisation_review": [button(ANY_STAFF | APPLICANT)],
    "partners:membership_choose": [button(NOBODY)],
    "partners:charter": [page(ANY_MEMBER)],
    "partners:places": [page(ANY_STAFF | APPLICANT)],
    "partners:site_add": [page(ANY_STAFF | APPLICANT)],
    "partners:site_edit": [page(REFERENT, "site")],
    "partners:site_remove": [page(REFERENT, "site")],
    "partners:invite": [page(ANY_STAFF)],
    "partners:invitation_resend": [page(REFERENT, "invitation")],
    "partners:invitation_cancel": [page(REFERENT, "invitation")],
    "partners:partnership_request": [page(ANY_STAFF | APPLICANT)],
    "partners:partnership_submit": [page(REFERENT, "refused_partnership")],
    "partners:member_list": [read(SIGNED_IN)],
    "partners:member_designate": [
        page(REFERENT | COORDINATOR, "membership"),
        page(COORDINATOR, "referent_membership"),  # nobody designates themself
    ],
    "partners:member_withdraw": [page(REFERENT | COORDINATOR, "membership")],
    "partners:member_promote": [page(REFERENT | COORDINATOR, "membership")],
    "partners:member_end": [page(REFERENT | COORDINATOR, "membership")],
    "partners:member_reset": [
        page(REFERENT | COORDINATOR, "membership"),
        page(COORDINATOR, "referent_membership"),
    ],
    "partners:clearance_suspend": [page(COORDINATION, "membership")],
    "partners:clearance_reactivate": [page(COORDINATION, "membership")],
    # -- The journal
    "journal:journal": [read(JOURNAL_READERS)],
    "journal:journal_export": [read(JOURNAL_READERS)],
    # -- The letter
    "newsletters:archive": [read(EVERYONE)],
    "newsletters:issue": [read(EVERYONE, "issue")],
    "newsletters:subscribe": [page(EVERYONE)],
    "newsletters:subscription_asked": [page(EVERYONE)],
    "newsletters:confirm": [page(EVERYONE, "confirmation", unknown=200)],
    "newsletters:unsubscribe": [page(EVERYONE, "unsubscription")],
    "newsletters:own_subscribe": [button(SIGNED_IN, "letter")],
    "newsletters:own_unsubscribe": [button(SIGNED_IN, "letter")],
    "newsletters:settings": [page(ANY_COORDINATION)],
    "newsletters:issue_create": [page(ANY_COORDINATION)],
    "newsletters:issue_edit": [page(COORDINATION, "draft_issue")],
    "newsletters:issue_preview": [read(COORDINATION, "draft_issue")],
    "newsletters:issue_preview_mail": [read(COORDINATION, "draft_issue")],
    "newsletters:issue_test": [button(COORDINATION, "draft_issue")],
    "newsletters:issue_send": [page(COORDINATION, "draft_issue")],
    "newsletters:issue_progress": [read(COORDINATION, "sent_issue")],
    "newsletters:issue_progress_bar": [read(COORDINATION, "sent_issue")],
    # -- Meetings
    "meetings:meeting_list": [read(SIGNED_IN)],
    "meetings:meeting_detail": [
        read(SERVICE | HOUSE, "meeting"),
        read(COORDINATION, "draft_meeting"),
    ],
    "meetings:meeting_calendar": [
        read(SERVICE | HOUSE, "meeting"),
        read(COORDINATION, "draft_meeting"),
    ],
    "meetings:specimen": [read(COORDINATION, "draft_meeting")],
    "meetings:meeting_create": [page(ANY_COORDINATION)],
    "meetings:meeting_edit": [page(COORDINATION, "draft_meeting")],
    "meetings:invitees": [page(COORDINATION, "draft_meeting")],
    "meetings:meeting_convene": [page(COORDINATION, "draft_meeting")],
    "meetings:sending": [read(COORDINATION, "meeting")],
    "meetings:meeting_remind": [page(COORDINATION, "meeting")],
    "meetings:meeting_cancel": [page(COORDINATION, "meeting")],
    "meetings:meeting_delete": [page(COORDINATION, "draft_meeting")],
    "meetings:answer": [page(EVERYONE, "answer", tells="INVITEE MEETING")],
    "meetings:answer_calendar": [read(EVERYONE, "answer", tells="MEETING")],
    # -- The demo, installed nowhere else
    "demo:personas": [read(EVERYONE)],
    "demo:sign_in": [button(EVERYONE, args=("cpip",))],
    "demo:mailbox": [read(EVERYONE)],
    "demo:mailbox_mail": [read(EVERYONE, "mail")],
    "demo:mailbox_html": [read(EVERYONE, "mail")],
    "demo:mailbox_file": [read(EVERYONE, "mail", args=(0,))],
}
