from django.urls import path

from partners.views import (
    agreements,
    annexes,
    attendance,
    contacts,
    coordination,
    documents,
    forums,
    imports,
    join_requests,
    joining,
    members,
    missions,
    organisation,
    proofs,
    publishing,
    reading,
    reception,
    registering,
    requests,
    sessions,
    words,
)

app_name = "partners"
urlpatterns = [
    # Read
    path("missions/", missions.mission_list, name="mission_list"),
    path("missions/ajouter/", missions.mission_add, name="mission_add"),
    path("missions/ordre/", missions.mission_order, name="mission_order"),
    path("missions/images/<uuid:uuid>", missions.mission_image, name="mission_image"),
    path(
        "missions/images/<uuid:uuid>/retirer/",
        missions.mission_image_remove,
        name="mission_image_remove",
    ),
    path("missions/<slug:slug>/", missions.mission, name="mission"),
    path("missions/<slug:slug>/imprimer", missions.mission_print, name="mission_print"),
    path("missions/<slug:slug>/modifier/", missions.mission_edit, name="mission_edit"),
    path(
        "missions/<slug:slug>/images/", missions.mission_images, name="mission_images"
    ),
    path(
        "missions/<slug:slug>/versions/",
        missions.mission_versions,
        name="mission_versions",
    ),
    path(
        "missions/<slug:slug>/versions/<int:number>/",
        missions.mission_version,
        name="mission_version",
    ),
    path(
        "missions/<slug:slug>/versions/<int:number>/reprendre/",
        missions.mission_restore,
        name="mission_restore",
    ),
    path("lexique/", words.glossary, name="glossary"),
    path("lexique/ajouter/", words.term_add, name="term_add"),
    path("lexique/<slug:slug>/modifier/", words.term_edit, name="term_edit"),
    path("lexique/<slug:slug>/supprimer/", words.term_delete, name="term_delete"),
    path("qui-fait-quoi/", words.duties, name="duties"),
    path("qui-fait-quoi/ajouter/", words.duty_add, name="duty_add"),
    path("qui-fait-quoi/<uuid:uuid>/modifier/", words.duty_edit, name="duty_edit"),
    path("qui-fait-quoi/<uuid:uuid>/supprimer/", words.duty_delete, name="duty_delete"),
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/ajouter/", contacts.charge_add, name="charge_add"),
    path("contacts/<uuid:uuid>/modifier/", contacts.charge_edit, name="charge_edit"),
    path(
        "contacts/<uuid:uuid>/supprimer/", contacts.charge_delete, name="charge_delete"
    ),
    path("contacts/antennes/ajouter/", contacts.antenne_add, name="antenne_add"),
    path(
        "contacts/antennes/<uuid:uuid>/modifier/",
        contacts.antenne_edit,
        name="antenne_edit",
    ),
    path("actions/", reading.action_list, name="action_list"),
    path("actions/ajouter/", publishing.action_add, name="action_add"),
    path("actions/<uuid:uuid>/", reading.action, name="action"),
    path(
        "actions/<uuid:uuid>/agenda.ics",
        sessions.action_calendar,
        name="action_calendar",
    ),
    path("actions/<uuid:uuid>/modifier/", publishing.action_edit, name="action_edit"),
    path(
        "actions/<uuid:uuid>/publier/",
        publishing.action_publish,
        name="action_publish",
    ),
    path(
        "actions/<uuid:uuid>/annuler/", publishing.action_cancel, name="action_cancel"
    ),
    path("actions/<uuid:uuid>/demander/", requests.request_add, name="request_add"),
    path(
        "actions/<uuid:uuid>/demandes/",
        requests.action_requests,
        name="action_requests",
    ),
    path(
        "actions/<uuid:uuid>/documents/ajouter/",
        documents.document_add,
        name="action_document_add",
    ),
    path(
        "actions/documents/<uuid:uuid>/fichier",
        documents.document_file,
        name="action_document_file",
    ),
    path(
        "actions/documents/<uuid:uuid>/retirer/",
        documents.document_remove,
        name="action_document_remove",
    ),
    path("seances/<uuid:uuid>/deplacer/", sessions.session_move, name="session_move"),
    path(
        "seances/<uuid:uuid>/annuler/", sessions.session_cancel, name="session_cancel"
    ),
    path(
        "seances/<uuid:uuid>/presences/",
        attendance.session_attendance,
        name="session_attendance",
    ),
    path("demandes-de-places/", requests.own_requests, name="own_requests"),
    path(
        "demandes-de-places/<uuid:uuid>/retirer/",
        requests.request_withdraw,
        name="request_withdraw",
    ),
    path(
        "demandes-de-places/<uuid:uuid>/refuser/",
        requests.request_refuse,
        name="request_refuse",
    ),
    path(
        "demandes-de-places/<uuid:uuid>/annuler/",
        requests.request_cancel,
        name="request_cancel",
    ),
    path("forums/", forums.forum_list, name="forum_list"),
    path("forums/ajouter/", forums.forum_add, name="forum_add"),
    path("forums/<uuid:uuid>/", forums.forum, name="forum"),
    path("forums/<uuid:uuid>/modifier/", forums.forum_edit, name="forum_edit"),
    path("forums/<uuid:uuid>/supprimer/", forums.forum_delete, name="forum_delete"),
    path("conventions/", agreements.agreement_list, name="agreement_list"),
    path("conventions/ajouter/", agreements.agreement_add, name="agreement_add"),
    path("conventions/<uuid:uuid>/", agreements.agreement, name="agreement"),
    path(
        "conventions/<uuid:uuid>/modifier/",
        agreements.agreement_edit,
        name="agreement_edit",
    ),
    path(
        "conventions/<uuid:uuid>/responsables/",
        agreements.agreement_persons,
        name="agreement_persons",
    ),
    path(
        "conventions/<uuid:uuid>/denoncer/",
        agreements.agreement_denounce,
        name="agreement_denounce",
    ),
    path(
        "conventions/<uuid:uuid>/avenant/",
        agreements.agreement_amend,
        name="agreement_amend",
    ),
    path(
        "conventions/<uuid:uuid>/renouveler/",
        agreements.agreement_renew,
        name="agreement_renew",
    ),
    path(
        "conventions/<uuid:uuid>/annexes/ajouter/",
        annexes.annex_add,
        name="annex_add",
    ),
    path(
        "conventions/annexes/<uuid:uuid>/fichier", annexes.annex_file, name="annex_file"
    ),
    path(
        "conventions/annexes/<uuid:uuid>/retirer/",
        annexes.annex_remove,
        name="annex_remove",
    ),
    path("annuaire/", reading.directory, name="directory"),
    path("annuaire/<uuid:uuid>/", reading.organisation, name="organisation"),
    # Join
    path("partenaires/inscription/", registering.registration, name="registration"),
    path(
        "partenaires/inscription/verifier/",
        registering.registration_sent,
        name="registration_sent",
    ),
    path(
        "partenaires/inscription/<str:token>/<slug:slug>/",
        registering.registration_step,
        name="registration_step",
    ),
    path("partenaires/rejoindre/", join_requests.join_asked, name="join_asked"),
    path("partenaires/rejoindre/<str:siret>/", join_requests.join_ask, name="join_ask"),
    path(
        "partenaires/rejoindre/confirmer/<str:token>/",
        join_requests.join_confirm,
        name="join_confirm",
    ),
    path(
        "partenaires/rejoindre/<uuid:uuid>/accepter/",
        join_requests.join_accept,
        name="join_accept",
    ),
    path(
        "partenaires/rejoindre/<uuid:uuid>/refuser/",
        join_requests.join_refuse,
        name="join_refuse",
    ),
    path(
        "partenaires/justificatifs/<uuid:uuid>/fichier",
        proofs.proof_file,
        name="proof_file",
    ),
    path("partenaires/invitation/<str:token>/", joining.invitation, name="invitation"),
    # Coordinate
    path("partenaires/demandes/", coordination.requests, name="partnership_queue"),
    path("partenaires/categories/", coordination.categories, name="category_queue"),
    path("partenaires/importer/", imports.organisation_import, name="import"),
    path(
        "partenaires/importer/modele.csv",
        imports.import_template,
        name="import_template",
    ),
    path(
        "partenaires/<uuid:uuid>/inviter-un-referent/",
        coordination.invite_referent,
        name="referent_invite",
    ),
    path("partenaires/<uuid:uuid>/", coordination.partnership, name="partnership"),
    path(
        "partenaires/<uuid:uuid>/valider/",
        coordination.validate,
        name="partnership_validate",
    ),
    path(
        "partenaires/<uuid:uuid>/refuser/",
        coordination.refuse,
        name="partnership_refuse",
    ),
    path(
        "partenaires/<uuid:uuid>/suspendre/",
        coordination.suspend,
        name="partnership_suspend",
    ),
    path(
        "partenaires/<uuid:uuid>/retablir/",
        coordination.reactivate,
        name="partnership_reactivate",
    ),
    path(
        "partenaires/<uuid:uuid>/categorie/",
        coordination.category_propose,
        name="category_propose",
    ),
    path(
        "partenaires/<uuid:uuid>/categorie/confirmer/",
        coordination.category_confirm,
        name="category_confirm",
    ),
    # My structure
    path("ma-structure/", organisation.my_organisation, name="my_organisation"),
    path("ma-structure/modifier/", organisation.edit, name="organisation_edit"),
    path("ma-structure/a-jour/", organisation.review, name="organisation_review"),
    path("ma-structure/choisir/", organisation.choose, name="membership_choose"),
    path("ma-structure/charte/", organisation.charter, name="charter"),
    path("ma-structure/places/", reception.places, name="places"),
    path("ma-structure/sites/ajouter/", reception.site_add, name="site_add"),
    path(
        "ma-structure/sites/<uuid:uuid>/modifier/",
        reception.site_edit,
        name="site_edit",
    ),
    path(
        "ma-structure/sites/<uuid:uuid>/retirer/",
        reception.site_remove,
        name="site_remove",
    ),
    path("ma-structure/inviter/", organisation.invite, name="invite"),
    path("ma-structure/justificatifs/", proofs.proof_add, name="proof_add"),
    path(
        "ma-structure/justificatifs/<uuid:uuid>/retirer/",
        proofs.proof_remove,
        name="proof_remove",
    ),
    path(
        "ma-structure/invitations/<uuid:uuid>/renvoyer/",
        organisation.invitation_resend,
        name="invitation_resend",
    ),
    path(
        "ma-structure/invitations/<uuid:uuid>/annuler/",
        organisation.invitation_cancel,
        name="invitation_cancel",
    ),
    path(
        "ma-structure/partenariats/demander/",
        organisation.partnership_request,
        name="partnership_request",
    ),
    path(
        "ma-structure/partenariats/<uuid:uuid>/renvoyer/",
        organisation.partnership_submit,
        name="partnership_submit",
    ),
    # Members
    path("membres/", members.member_list, name="member_list"),
    path("membres/<uuid:uuid>/designer/", members.designate, name="member_designate"),
    path(
        "membres/<uuid:uuid>/retirer-la-designation/",
        members.withdraw,
        name="member_withdraw",
    ),
    path(
        "membres/<uuid:uuid>/nommer-referent/", members.promote, name="member_promote"
    ),
    path("membres/<uuid:uuid>/terminer/", members.end, name="member_end"),
    path(
        "membres/<uuid:uuid>/second-facteur/", members.start_reset, name="member_reset"
    ),
    path("membres/<uuid:uuid>/suspendre/", members.suspend, name="clearance_suspend"),
    path(
        "membres/<uuid:uuid>/retablir/",
        members.reactivate,
        name="clearance_reactivate",
    ),
]
