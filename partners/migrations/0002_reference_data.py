"""Kinds of structure, themes and the first charter: what a service starts with, and
edits afterwards in the administration."""

from datetime import UTC, datetime

from django.db import migrations

CHARTER_PUBLISHED_AT = datetime(2025, 1, 2, 8, tzinfo=UTC)

# code, label, State service or municipality, takes people in
KINDS = [
    ("association", "association de réinsertion", False, False),
    ("chrs", "centre d’hébergement et de réinsertion sociale (CHRS)", False, True),
    ("hebergement-urgence", "hébergement d’urgence", False, True),
    ("placement-exterieur", "structure de placement à l’extérieur", False, True),
    ("siae", "structure d’insertion par l’activité économique (SIAE)", False, False),
    ("residence-sociale", "résidence sociale ou foyer de jeunes travailleurs", False, True),
    ("pension-de-famille", "pension de famille", False, True),
    ("act", "appartements de coordination thérapeutique (ACT)", False, True),
    (
        "csapa",
        "centre de soins, d’accompagnement et de prévention en addictologie (CSAPA)",
        False,
        False,
    ),
    (
        "caarud",
        "centre d’accueil et d’accompagnement à la réduction des risques (CAARUD)",
        False,
        False,
    ),
    ("sante", "hôpital ou centre médico-psychologique (CMP)", False, False),
    (
        "cidff",
        "centre d’information sur les droits des femmes et des familles (CIDFF)",
        False,
        False,
    ),
    ("aide-aux-victimes", "association d’aide aux victimes", False, False),
    ("mission-locale", "mission locale", False, False),
    ("france-travail", "France Travail", True, False),
    ("cap-emploi", "Cap emploi", False, False),
    ("siao", "service intégré de l’accueil et de l’orientation (SIAO)", False, False),
    ("ccas", "centre communal ou intercommunal d’action sociale (CCAS, CIAS)", True, False),
    ("mairie", "mairie ou intercommunalité", True, False),
    ("prefecture", "préfecture ou sous-préfecture", True, False),
    ("conseil-departemental", "conseil départemental", True, False),
    ("protection-sociale", "organisme de protection sociale (CAF, CPAM, MSA)", True, False),
    ("service-etat", "autre service de l’État", True, False),
    ("formation", "organisme de formation", False, False),
    ("employeur", "employeur", False, False),
    ("tig", "structure d’accueil de travail d’intérêt général (TIG)", False, False),
    ("visiteurs", "association de visiteurs de prison", False, False),
    ("culte", "aumônerie ou association cultuelle", False, False),
    ("culture-sport", "structure culturelle ou sportive", False, False),
    ("federation", "fédération ou tête de réseau", False, False),
    ("autre", "autre structure", False, False),
]

THEMES = [
    ("hebergement", "Hébergement et logement"),
    ("emploi", "Emploi"),
    ("formation", "Formation"),
    ("sante", "Santé"),
    ("addictions", "Addictions"),
    ("acces-aux-droits", "Accès aux droits"),
    ("citoyennete", "Citoyenneté"),
    ("famille", "Famille et parentalité"),
    ("culture", "Culture"),
    ("sport", "Sport"),
    ("mobilite", "Mobilité"),
    ("aide-aux-victimes", "Aide aux victimes"),
]

# Blocks apart by a blank line; the first line of a block is its heading.
CHARTER = """\
Article 1 – Ce que la charte engage
Votre structure vous a désigné pour recevoir, par ce portail, des documents et des \
informations sur des personnes suivies par le service pénitentiaire d’insertion et de \
probation (SPIP). Cette charte vous engage personnellement. Elle s’ajoute au secret \
professionnel et aux règles de votre profession ; elle ne les remplace pas.

Article 2 – Le besoin d’en connaître
Vous n’ouvrez que ce qui vous est adressé par votre nom, et seulement si votre mission \
auprès de la personne suivie l’exige. Pouvoir lire un document ne suffit pas : il faut en \
avoir besoin.

Article 3 – Ne rien transmettre
Vous ne transmettez, ne montrez, ne photographiez et ne recopiez aucun document pour \
quelqu’un d’autre, y compris un collègue de votre structure. Si un collègue en a besoin, \
il s’adresse au SPIP, qui seul décide du partage.

Article 4 – Un seul usage
Vous utilisez ce que vous lisez pour le but indiqué dans le partage, et pour aucun autre. \
Vous n’en faites ni fichier, ni dossier parallèle.

Article 5 – Des lectures tracées
Chaque ouverture d’un document est enregistrée : qui, quand, quel document, dans quel \
partage. Votre copie porte votre nom et l’heure de la lecture. Le SPIP contrôle ces \
traces, et la personne suivie peut demander qui a eu accès à ses données.

Article 6 – Un accès personnel
Votre mot de passe et votre second facteur ne se prêtent pas. Vous fermez votre session \
en quittant votre poste, et vous n’utilisez ni poste public, ni appareil partagé sans \
session à votre nom.

Article 7 – Les copies
Vous évitez d’imprimer et d’enregistrer. Une copie indispensable est gardée sous clef et \
détruite dès que vous n’en avez plus besoin, au plus tard à la fin du partage.

Article 8 – Signaler sans attendre
Vous signalez le jour même, à votre référent de structure et au SPIP, toute perte, tout \
vol, tout accès par une autre personne, et tout document que vous recevez par erreur. \
Dans ce dernier cas, vous ne le lisez pas plus avant.

Article 9 – La personne suivie
Elle a été informée du partage. Vous respectez sa dignité et sa vie privée, et vous \
adressez au SPIP toute demande d’accès, de rectification ou d’opposition qu’elle vous \
ferait.

Article 10 – Le secret et la loi
« La révélation d’une information à caractère secret par une personne qui en est \
dépositaire soit par état ou par profession, soit en raison d’une fonction ou d’une \
mission temporaire, est punie d’un an d’emprisonnement et de 15 000 euros d’amende » \
(article 226-13 du code pénal). Les cas où la loi impose ou autorise de révéler le \
secret, dont ceux de l’article 226-14 du même code, restent inchangés.

Article 11 – La fin du droit
Votre accès prend fin quand vous quittez votre structure ou changez de mission, quand \
votre structure retire votre désignation, quand la convention ou le partage se termine, \
ou quand le SPIP le suspend. Le secret, lui, ne prend pas fin.

Article 12 – Votre acceptation
Le portail garde la version que vous acceptez et la date. Une nouvelle version vous sera \
présentée et devra être acceptée à son tour ; d’ici là, aucun nouveau document ne pourra \
vous être adressé.
"""


def _spaced(text):
    """No-break spaces where French wants them, kept readable above."""
    for sign in ":;?!»":
        text = text.replace(f" {sign}", f"\N{NO-BREAK SPACE}{sign}")
    for before in ("«", "Article", "article", "15"):
        text = text.replace(f"{before} ", f"{before}\N{NO-BREAK SPACE}")
    return text.strip()


def create(apps, schema_editor):
    kind_model = apps.get_model("partners", "OrganisationKind")
    theme_model = apps.get_model("partners", "Theme")
    kind_model.objects.bulk_create(
        kind_model(
            code=code,
            label=label,
            is_state=is_state,
            takes_people_in=takes_people_in,
            position=position,
        )
        for position, (code, label, is_state, takes_people_in) in enumerate(KINDS, 1)
    )
    theme_model.objects.bulk_create(
        theme_model(code=code, label=label) for code, label in THEMES
    )
    apps.get_model("partners", "Charter").objects.create(
        version=1, text=_spaced(CHARTER), published_at=CHARTER_PUBLISHED_AT
    )


def delete(apps, schema_editor):
    """Back to empty tables; refused by the database where a structure uses them."""
    codes = [kind[0] for kind in KINDS]
    apps.get_model("partners", "OrganisationKind").objects.filter(
        code__in=codes
    ).delete()
    apps.get_model("partners", "Theme").objects.filter(
        code__in=[code for code, _ in THEMES]
    ).delete()
    apps.get_model("partners", "Charter").objects.filter(version=1).delete()


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial")]
    operations = [migrations.RunPython(create, delete)]
