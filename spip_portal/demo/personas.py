"""The cast of the demo (CONTRACT, Demo): who may be signed in by one click."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Persona:
    slug: str
    first_name: str
    last_name: str
    email: str
    role: Promise
    tries: Promise

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class Group:
    title: Promise
    personas: tuple[Persona, ...]


SERVICE = Group(
    _("Le SPIP du Val d’Ornel"),
    (
        Persona(
            "cpip",
            "Claire",
            "Moreau",
            "claire.moreau@spip.example",
            _("CPIP, antenne de Valornel"),
            _(
                "Ouvrir un dossier, y déposer un jugement, le partager avec une "
                "professionnelle désignée, voir qui l’a lu, mettre fin au partage."
            ),
        ),
        Persona(
            "cpip2",
            "Thomas",
            "Lefèvre",
            "thomas.lefevre@spip.example",
            _("CPIP, antenne de Rivemont"),
            _(
                "Constater qu’on ne voit que ses propres dossiers, même dans le même "
                "service."
            ),
        ),
        Persona(
            "coordination",
            "Nadia",
            "Benali",
            "nadia.benali@spip.example",
            _("Coordination partenariale"),
            _(
                "Valider une structure qui s’est inscrite, ajouter une convention, "
                "écrire et envoyer la lettre d’information, convoquer la plénière."
            ),
        ),
        Persona(
            "direction",
            "Hélène",
            "Garnier",
            "helene.garnier@spip.example",
            _("Direction du service"),
            _(
                "Confirmer la catégorie « article 46 » d’un partenariat, confirmer une "
                "affectation, lister les dossiers du service sans ouvrir de document."
            ),
        ),
        Persona(
            "direction2",
            "Marc",
            "Dubois",
            "marc.dubois@spip.example",
            _("Direction adjointe"),
            _(
                "Être la seconde personne : celle qui confirme ce que l’autre "
                "direction a commencé."
            ),
        ),
        Persona(
            "auditeur",
            "Sylvie",
            "Roche",
            "sylvie.roche@spip.example",
            _("Déléguée à la protection des données"),
            _("Vérifier que l’audit n’ouvre ni dossier ni document."),
        ),
    ),
)

PARTNERS = Group(
    _("Les partenaires"),
    (
        Persona(
            "referent",
            "Julien",
            "Perrin",
            "julien.perrin@relais.example",
            _("Référent du Relais d’Ornel, structure de placement"),
            _(
                "Tenir à jour sa structure, inviter un collègue, désigner qui peut "
                "recevoir des documents."
            ),
        ),
        Persona(
            "intervenant",
            "Amina",
            "Diallo",
            "amina.diallo@relais.example",
            _("Éducatrice au Relais d’Ornel, désignée dans des partages"),
            _("Lire les documents que Claire Moreau a partagés avec elle."),
        ),
        Persona(
            "collegue",
            "Lucas",
            "Martin",
            "lucas.martin@relais.example",
            _("Éducateur au Relais d’Ornel, habilité mais désigné nulle part"),
            _(
                "Ouvrir l’adresse d’un document partagé avec Amina Diallo : la page "
                "n’existe pas."
            ),
        ),
        Persona(
            "autre-structure",
            "Sophie",
            "Caron",
            "sophie.caron@escale.example",
            _("Psychologue au centre de soins L’Escale"),
            _("Lire ce qui lui est adressé, et rien de ce qui va au Relais d’Ornel."),
        ),
        Persona(
            "prefecture",
            "Émilie",
            "Fontaine",
            "emilie.fontaine@prefecture.example",
            _("Agente de la préfecture du Val d’Ornel"),
            _("Lire les missions, les conventions et les actions ; aucun dossier."),
        ),
    ),
)

OTHERS = Group(
    _("Les autres"),
    (
        Persona(
            "autre-spip",
            "Karim",
            "Haddad",
            "karim.haddad@spip.example",
            _("CPIP du SPIP des Hautes-Combes"),
            _("Vérifier qu’un service ne voit rien des dossiers d’un autre."),
        ),
        Persona(
            "ancien",
            "Pierre",
            "Vasseur",
            "pierre.vasseur@relais.example",
            _("Ancien éducateur du Relais d’Ornel, compte désactivé"),
            _("Essayer de se connecter : c’est refusé."),
        ),
        Persona(
            "admin",
            "Olivier",
            "Blanc",
            "olivier.blanc@spip.example",
            _("Administration technique"),
            _("Gérer les comptes et les référentiels ; ne voir aucun dossier."),
        ),
    ),
)

GROUPS = (SERVICE, PARTNERS, OTHERS)
PERSONAS = {persona.slug: persona for group in GROUPS for persona in group.personas}
