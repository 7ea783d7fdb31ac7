from datetime import date

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Sensitivity(IntegerChoices):
    NORMAL = 1, _("normale")
    MINOR = 2, _("concerne un mineur : documents bloqués")
    RESTRICTED = 3, _("restreinte : seuls les agents désignés")


class MeasureKind(TextChoices):
    """The measures of the glossary, by their French names."""

    PROBATION = "probation", _("sursis probatoire")
    REINFORCED = "reinforced", _("sursis probatoire renforcé")
    PLACEMENT = "placement", _("placement à l’extérieur")
    SEMI_LIBERTY = "semi_liberty", _("semi-liberté")
    DDSE = "ddse", _("détention à domicile sous surveillance électronique")
    PAROLE = "parole", _("libération conditionnelle")
    FORCED_RELEASE = "forced_release", _("libération sous contrainte")
    TIG = "tig", _("travail d’intérêt général")
    SSJ = "ssj", _("suivi socio-judiciaire")
    SUPERVISION = "supervision", _("contrôle judiciaire")
    ARSE = "arse", _("assignation à résidence avec surveillance électronique")
    JUDICIAL_WATCH = "judicial_watch", _("surveillance judiciaire")
    PSEM = "psem", _("placement sous surveillance électronique mobile")
    LEAVE = "leave", _("permission de sortir")
    TNR = "tnr", _("travail non rémunéré")
    COURSE = "course", _("stage")
    RESIDENCE_BAN = "residence_ban", _("interdiction de séjour")
    DEFERRAL = "deferral", _("ajournement de la peine")
    COMPOSITION = "composition", _("composition pénale")
    SAS = "sas", _("structure d’accompagnement vers la sortie")
    PRISON = "prison", _("détention")
    # Abolished: found in old cases only (CONSTRAINT_ENDED_ON).
    CONSTRAINT = "constraint", _("contrainte pénale (avant le 24 mars 2020)")


# The sursis probatoire took its place from that day on.
CONSTRAINT_ENDED_ON = date(2020, 3, 24)


class OrderedBy(TextChoices):
    COURT = "court", _("juridiction de jugement")
    JAP = "jap", _("juge de l’application des peines")
    PRETRIAL = (
        "pretrial",
        _("juge d’instruction ou juge des libertés et de la détention"),
    )
    PROSECUTOR = "prosecutor", _("procureur de la République")


class Obligation(TextChoices):
    """What a measure may oblige to, from articles 132-44 (the first six) and 132-45 of
    the code pénal, in plain words. A list, so that nobody writes of the offence."""

    SUMMONS = "summons", _("répondre aux convocations")
    VISITS = "visits", _("recevoir les visites et remettre les justificatifs demandés")
    JOB_CHANGE = "job_change", _("prévenir d’un changement d’emploi")
    MOVE = (
        "move",
        _("prévenir d’un déménagement ou d’un déplacement de plus de 15 jours"),
    )
    JUDGE_CONSENT = (
        "judge_consent",
        _("demander l’accord du juge avant un changement d’emploi ou de résidence"),
    )
    ABROAD = "abroad", _("informer le juge avant un voyage à l’étranger")
    WORK = "work", _("travailler ou suivre un enseignement ou une formation")
    RESIDENCE = "residence", _("habiter à une adresse fixée")
    CARE = "care", _("se soumettre à des examens, à un traitement ou à des soins")
    FAMILY = "family", _("contribuer aux charges familiales, payer les pensions")
    REPAIR = "repair", _("réparer les dommages, indemniser les victimes")
    TREASURY = "treasury", _("payer les sommes dues au Trésor public")
    DRIVING = "driving", _("ne pas conduire certains véhicules")
    JOB_BAN = "job_ban", _("ne pas exercer certaines activités professionnelles")
    PLACES = "places", _("ne pas paraître en certains lieux")
    GAMBLING = "gambling", _("ne pas parier ni jouer à des jeux d’argent")
    BARS = "bars", _("ne pas fréquenter les débits de boissons")
    COMPANY = "company", _("ne pas fréquenter certaines personnes condamnées")
    CONTACT = "contact", _("ne pas entrer en relation avec certaines personnes")
    WEAPONS = "weapons", _("ne pas détenir ni porter d’arme")
    COURSE = "course", _("accomplir un stage")
    PUBLISH = "publish", _("ne rien publier sur les faits")
    CHILDREN = "children", _("remettre ses enfants à qui en a la garde")
    HOME = "home", _("habiter hors du domicile du couple")
    SUPPORT = (
        "support",
        _("suivre une prise en charge sanitaire, sociale, éducative ou psychologique"),
    )
    TRAVEL = "travel", _("demander l’accord du juge avant un voyage à l’étranger")


class Milieu(TextChoices):
    OPEN = "open", _("milieu ouvert")
    CLOSED = "closed", _("milieu fermé")


class ReleaseUnknown(TextChoices):
    """Why nobody can say yet when a person comes out."""

    PRETRIAL = "pretrial", _("détention provisoire")
    APPEAL = "appeal", _("appel ou pourvoi en cours")
    COUNT = "count", _("situation pénale en cours de calcul")
    OTHER_CASE = "other_case", _("autre peine ou autre affaire à venir")
    REQUEST = "request", _("aménagement de peine en cours d’examen")
    LIFE = "life", _("réclusion à perpétuité")


class DocumentKind(TextChoices):
    PLACEMENT_ORDER = "placement_order", _("ordonnance accordant la mesure")
    JUDGMENT = "judgment", _("jugement")
    EXPERTISE = "expertise", _("rapport d’expertise")
    OBLIGATIONS = "obligations", _("extrait d’obligations")
    NOTE = "note", _("note de liaison")
    CERTIFICATE = "certificate", _("attestation")


# What is said beside each kind before it is deposited (FEATURES 3.5). What holds in a
# service is what its direction decided: cases.models.rules.
DEFAULT_RULES = {
    DocumentKind.PLACEMENT_ORDER: _(
        "se partage, en entier ou par extrait, avec la structure qui l’exécute"
    ),
    DocumentKind.JUDGMENT: _(
        "ne se partage pas en entier, sauf règle du service : préférez un extrait"
    ),
    DocumentKind.EXPERTISE: _(
        "ne se partage qu’avec l’autorisation d’un magistrat, et par la voie de la "
        "santé"
    ),
    DocumentKind.OBLIGATIONS: _("se partage : la forme à préférer"),
    DocumentKind.NOTE: _("se partage"),
    DocumentKind.CERTIFICATE: _("se partage"),
}


class InformedHow(TextChoices):
    """How the person followed was told of the sharing."""

    ORAL = "oral", _("oralement, en entretien")
    WRITTEN = "written", _("par écrit")
    INTERPRETER = "interpreter", _("avec interprète")


class Outcome(TextChoices):
    """What a rule says of a sharing, from the least to the most strict."""

    ALLOWED = "allowed", _("permis")
    COUNTERSIGNATURE = "countersignature", _("contresignature de la direction")
    AUTHORISATION = "authorisation", _("autorisation d’un magistrat")
    FORBIDDEN = "forbidden", _("interdit")
