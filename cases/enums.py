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
    PRISON = "prison", _("détention")


class OrderedBy(TextChoices):
    COURT = "court", _("juridiction de jugement")
    JAP = "jap", _("juge de l’application des peines")


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
