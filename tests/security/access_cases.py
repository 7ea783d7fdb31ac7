"""The table of rights of the case area (see `access.py`)."""

from tests.security.cast import (
    ANY_CPIP,
    ANY_MANAGER,
    ANY_MEMBER,
    COLLEAGUE,
    CPIPS,
    FOLLOWER,
    MANAGER,
    NOBODY,
    RECIPIENT,
    SUPERUSER,
)
from tests.security.lines import Line, button, page, read

CASES: dict[str, list[Line]] = {
    "cases:case_list": [read(ANY_CPIP | ANY_MANAGER)],
    "cases:case_open": [page(ANY_CPIP)],
    "cases:legal_bases": [page(ANY_MANAGER)],
    "cases:legal_basis_withdraw": [page(MANAGER, "basis")],
    "cases:case": [
        read(FOLLOWER | MANAGER, "case"),
        read(FOLLOWER, "restricted_case"),
        read(COLLEAGUE | MANAGER, "colleague_case"),
        read(CPIPS | MANAGER, "joint_case"),
        read(CPIPS | MANAGER, "glass_case"),
    ],
    "cases:person_search": [page(ANY_CPIP)],
    "cases:person_edit": [page(FOLLOWER, "case"), page(CPIPS, "joint_case")],
    "cases:broken_glass": [read(ANY_CPIP | ANY_MANAGER)],
    "cases:break_glass": [page(ANY_CPIP | ANY_MANAGER)],
    "cases:followers": [
        read(FOLLOWER | MANAGER, "glass_case"),
        read(FOLLOWER | MANAGER, "case"),
        read(FOLLOWER, "restricted_case"),
        read(CPIPS | MANAGER, "joint_case"),
    ],
    "cases:substitute_add": [
        page(FOLLOWER | MANAGER, "case"),
        page(FOLLOWER, "restricted_case"),
        page(FOLLOWER | MANAGER, "joint_case"),
    ],
    "cases:substitute_end": [page(CPIPS | MANAGER, "assignment")],
    "cases:hand_over": [
        page(FOLLOWER | MANAGER, "joint_case"),
        page(FOLLOWER, "restricted_case"),
        page(COLLEAGUE | MANAGER, "colleague_case"),
    ],
    "cases:transfers": [read(ANY_MANAGER)],
    "cases:transfer": [
        page(MANAGER, "cpip"),
        page(NOBODY, "secret_cpip"),  # all of their cases are restricted
    ],
    "cases:sensitivity": [
        page(FOLLOWER, "restricted_case"),
        page(CPIPS, "joint_case"),
    ],
    "cases:case_edit": [
        page(CPIPS, "joint_case"),
        page(FOLLOWER, "glass_case"),  # broken glass writes nothing
    ],
    "cases:measure_add": [page(FOLLOWER, "case")],
    "cases:measure_edit": [page(FOLLOWER, "measure"), page(COLLEAGUE, "other_measure")],
    "cases:document_add": [page(FOLLOWER, "case"), page(FOLLOWER, "glass_case")],
    "cases:extract_new": [page(FOLLOWER, "case")],
    "cases:secret_map": [read(FOLLOWER, "case")],
    "cases:secret_clean_up": [page(FOLLOWER, "case")],
    # Without a member who could receive it, there is nothing to preview.
    "cases:document_preview": [read(NOBODY, "document")],
    "cases:document_acknowledge": [
        button(RECIPIENT, "document"),
        button(NOBODY, "ended_document"),
        button(NOBODY, "waiting_document"),
    ],
    "cases:care_report_new": [
        page(RECIPIENT, "share"),
        page(NOBODY, "revoked_share"),
        page(NOBODY, "waiting_share"),
    ],
    "cases:care_report": [read(FOLLOWER | RECIPIENT, "care_report")],
    "cases:care_report_pdf": [read(FOLLOWER | RECIPIENT, "care_report")],
    "cases:liaison": [
        page(FOLLOWER | RECIPIENT, "share"),
        page(FOLLOWER, "revoked_share"),
        page(FOLLOWER, "waiting_share"),
    ],
    "cases:liaison_edit": [page(RECIPIENT, "message")],  # its author's
    "cases:incident_new": [
        page(RECIPIENT, "share"),
        page(NOBODY, "revoked_share"),
        page(NOBODY, "waiting_share"),
    ],
    "cases:incidents": [read(ANY_CPIP | ANY_MANAGER)],
    "cases:incident": [
        read(FOLLOWER | MANAGER | RECIPIENT, "incident"),
        read(FOLLOWER | RECIPIENT, "restricted_incident"),  # its share is over
    ],
    "cases:incident_pdf": [read(FOLLOWER | MANAGER | RECIPIENT, "incident")],
    "cases:incident_receive": [button(FOLLOWER | MANAGER, "incident")],
    "cases:incident_answer": [
        page(FOLLOWER | MANAGER, "incident"),
        page(FOLLOWER, "restricted_incident"),
    ],
    "cases:access_requests": [page(ANY_MEMBER)],
    "cases:access_answer": [page(FOLLOWER, "access_request")],
    "cases:share_new": [page(FOLLOWER, "case"), page(FOLLOWER, "glass_case")],
    "cases:document": [
        read(FOLLOWER | RECIPIENT, "document"),
        read(FOLLOWER, "ended_document"),
        read(CPIPS, "glass_document"),
        read(FOLLOWER, "quarantined_document"),
        read(FOLLOWER, "restricted_document"),
        read(FOLLOWER | MANAGER, "waiting_document"),
    ],
    "cases:document_state": [
        read(FOLLOWER | RECIPIENT, "document"),
        read(FOLLOWER, "quarantined_document"),
        read(FOLLOWER | MANAGER, "waiting_document"),
    ],
    "cases:document_correct": [
        page(FOLLOWER, "document"),
        page(FOLLOWER, "quarantined_document"),
    ],
    "cases:document_replace": [
        page(FOLLOWER, "document"),
        page(FOLLOWER, "restricted_document"),
    ],
    "cases:document_file": [
        read(FOLLOWER | RECIPIENT, "document"),
        read(FOLLOWER, "ended_document"),
        read(CPIPS, "glass_document"),
        read(NOBODY, "quarantined_document"),
        read(FOLLOWER, "restricted_document"),
        read(FOLLOWER | MANAGER, "waiting_document"),
    ],
    "cases:rules": [page(ANY_MANAGER | ANY_CPIP)],
    "cases:shared_documents": [read(ANY_CPIP | ANY_MANAGER | ANY_MEMBER | SUPERUSER)],
    "cases:share": [
        read(FOLLOWER, "share"),
        read(FOLLOWER, "revoked_share"),
        read(FOLLOWER | MANAGER, "waiting_share"),
    ],
    "cases:share_slip": [
        read(FOLLOWER, "share"),
        read(FOLLOWER | MANAGER, "waiting_share"),
    ],
    "cases:share_notice": [
        read(FOLLOWER, "share"),
        read(FOLLOWER | MANAGER, "waiting_share"),
    ],
    "cases:share_countersign": [
        page(NOBODY, "share"),
        page(MANAGER, "waiting_share"),
    ],
    "cases:share_decline": [
        page(NOBODY, "share"),
        page(MANAGER, "waiting_share"),
    ],
    "cases:share_revoke": [
        page(FOLLOWER, "share"),
        page(NOBODY, "revoked_share"),
    ],
}
