"""The words of the trade and who does what: what a service starts with, and changes
from the portal."""

import re
import unicodedata

from django.db import migrations

TERMS = [
    ("Aménagement de peine", "", "Manière d’exécuter une peine de prison autrement qu’en cellule, ou d’en sortir plus tôt sous conditions. Le juge de l’application des peines la décide, au vu d’un projet."),
    ("ARSE", "assignation à résidence avec surveillance électronique", "Avant le jugement, la personne attend chez elle avec un bracelet électronique plutôt qu’en détention provisoire."),
    ("ATIGIP", "Agence du travail d’intérêt général et de l’insertion professionnelle", "Agence du ministère de la Justice qui développe les postes de TIG, le travail et la formation des personnes placées sous main de justice."),
    ("BAR", "bracelet anti-rapprochement", "Dispositif qui donne l’alerte quand l’auteur de violences s’approche de la personne qu’il lui est interdit de rencontrer."),
    ("BEX", "bureau de l’exécution des peines", "Au tribunal, le bureau où l’on explique sa condamnation à la personne à la sortie de l’audience et où l’on lui remet ses convocations."),
    ("CJ", "contrôle judiciaire", "Avant le jugement, obligations et interdictions fixées par un juge à une personne qui reste libre : se présenter, se soigner, ne pas rencontrer quelqu’un."),
    ("CPIP", "conseiller pénitentiaire d’insertion et de probation", "Agent du SPIP qui suit une personne pendant sa mesure, veille au respect de ses obligations, prépare sa sortie et rend compte au magistrat."),
    ("CPU", "commission pluridisciplinaire unique", "Réunion, en prison, de tous les services qui connaissent une personne détenue : chacun dit ce qu’il faut savoir pour décider ensemble."),
    ("CSAPA", "centre de soins, d’accompagnement et de prévention en addictologie", "Structure de soins pour les personnes qui ont une addiction, avec ou sans obligation de soins. L’accueil y est gratuit."),
    ("CSL", "centre de semi-liberté", "Établissement, séparé d’une prison, où dorment les personnes en semi-liberté."),
    ("DAP", "direction de l’administration pénitentiaire", "Direction du ministère de la Justice dont dépendent les prisons et les SPIP."),
    ("DDSE", "détention à domicile sous surveillance électronique", "La personne exécute sa peine à son domicile ou chez un hébergeur. Un bracelet électronique vérifie qu’elle y est aux heures fixées."),
    ("Détention provisoire", "", "Emprisonnement d’une personne qui n’est pas encore jugée : elle est présumée innocente. Seul un juge la décide."),
    ("DFSPIP", "directeur fonctionnel du SPIP", "La personne qui dirige le SPIP d’un département."),
    ("DISP", "direction interrégionale des services pénitentiaires", "Échelon régional de l’administration pénitentiaire."),
    ("DPIP", "directeur pénitentiaire d’insertion et de probation", "Cadre du SPIP, souvent responsable d’une antenne : il ou elle encadre les CPIP et répond de leurs écrits."),
    ("Écrou", "", "Inscription d’une personne au registre d’un établissement pénitentiaire. Une personne peut être sous écrou et vivre dehors, en placement à l’extérieur par exemple. La levée d’écrou est la sortie."),
    ("Injonction de soins", "", "Soins ordonnés après une expertise, le plus souvent dans un suivi socio-judiciaire. Un médecin coordonnateur fait le lien entre le soignant et le juge."),
    ("JAP", "juge de l’application des peines", "Juge qui suit l’exécution des peines : il accorde, modifie ou retire les aménagements et fixe les obligations."),
    ("JRP", "juridiction résolutive de problèmes", "Manière de juger et de suivre où le tribunal, le SPIP et les partenaires revoient la personne souvent, autour d’objectifs précis, par exemple face à une addiction."),
    ("LC", "libération conditionnelle", "Sortie de prison avant la fin de la peine, avec un suivi et des obligations jusqu’à son terme au moins."),
    ("LSC", "libération sous contrainte", "Pour une peine de cinq ans au plus, la situation est examinée aux deux tiers : la fin de la peine peut s’exécuter dehors, de façon encadrée."),
    ("Maison d’arrêt", "", "Prison qui reçoit les personnes en attente de jugement et celles condamnées à une courte peine."),
    ("Milieu fermé", "", "Le travail du SPIP auprès des personnes incarcérées."),
    ("Milieu ouvert", "", "Le travail du SPIP auprès des personnes suivies hors de la prison."),
    ("Obligation de soins", "", "La personne doit consulter et en apporter la preuve. Elle choisit son soignant, qui atteste de sa venue et de rien d’autre."),
    ("Permission de sortir", "", "Autorisation de quitter la prison pour une durée courte : chercher un emploi, visiter un logement, voir sa famille. La personne revient d’elle-même."),
    ("PE", "placement à l’extérieur", "Aménagement de peine : la personne, sous écrou, vit et agit hors de la prison, le plus souvent dans une association qui l’héberge et l’accompagne."),
    ("PPSMJ", "personne placée sous main de justice", "Toute personne suivie par la justice, détenue ou non. Ici, on dit le plus souvent « la personne suivie »."),
    ("PSE", "placement sous surveillance électronique", "Ancien nom de la détention à domicile sous surveillance électronique, remplacé en mars 2020. On l’entend encore."),
    ("QSL", "quartier de semi-liberté", "Partie d’une prison où dorment les personnes en semi-liberté."),
    ("Secret partagé", "", "Fait, pour des professionnels tenus au secret, de se communiquer ce qui est strictement nécessaire à la suite, la personne en étant informée. Ce n’est jamais une permission générale."),
    ("Semi-liberté", "", "La personne sort chaque jour pour travailler, se former ou se soigner, et rentre dormir dans un centre ou un quartier de semi-liberté."),
    ("SIAO", "service intégré de l’accueil et de l’orientation", "Service du département qui reçoit les demandes d’hébergement et de logement accompagné, et les oriente."),
    ("SPIP", "service pénitentiaire d’insertion et de probation", "Service du ministère de la Justice, un par département en règle générale, qui suit les personnes condamnées ou en attente de jugement, en prison et dehors."),
    ("SSJ", "suivi socio-judiciaire", "Peine faite d’obligations et de soins, souvent après la prison, prononcée surtout pour des infractions sexuelles ou des violences graves."),
    ("Sursis probatoire", "", "Peine de prison qui ne s’exécute pas si la personne respecte, pendant un délai fixé, les obligations décidées par le tribunal."),
    ("TAP", "tribunal de l’application des peines", "Trois juges de l’application des peines, qui décident pour les peines les plus longues."),
    ("TIG", "travail d’intérêt général", "Peine de 20 à 400 heures de travail non payé, au profit d’une collectivité, d’un service public ou d’une association, avec l’accord de la personne."),
    ("TGD", "téléphone grave danger", "Téléphone confié à une victime pour appeler les secours d’une seule touche."),
    ("USMP", "unité sanitaire en milieu pénitentiaire", "Équipe de l’hôpital qui soigne en prison. Elle ne dépend pas de l’administration pénitentiaire."),
]

DUTIES = [
    ("service", "Conseiller ou conseillère pénitentiaire d’insertion et de probation (CPIP)", "Suit la personne du début à la fin de sa mesure, vérifie ses obligations, l’oriente vers les partenaires et rend compte au magistrat. C’est votre interlocuteur pour une situation.", ""),
    ("service", "Directeur ou directrice pénitentiaire d’insertion et de probation (DPIP)", "Encadre une antenne, valide les écrits, règle les situations difficiles. On l’appelle quand le CPIP est absent et que cela presse.", ""),
    ("service", "Coordination partenariale", "Accueille les structures, prépare les conventions, annonce les actions et convoque les réunions. Ne suit aucun dossier.", ""),
    ("service", "Référent ou référente du travail d’intérêt général", "Trouve les postes de TIG, visite les lieux, aide à rédiger la fiche de poste et suit l’habilitation.", "emploi"),
    ("service", "Assistant ou assistante de service social", "Aide à ouvrir des droits : logement, ressources, santé, démarches administratives.", "acces-aux-droits"),
    ("service", "Psychologue du service", "Éclaire l’équipe et anime des groupes ; n’est pas le soignant de la personne.", "sante"),
    ("service", "Surveillants du pôle de surveillance électronique", "Posent les bracelets, vérifient les horaires et signalent les alarmes, jour et nuit.", ""),
    ("justice", "Juge de l’application des peines (JAP)", "Décide des aménagements de peine et des obligations, autorise un déplacement, sanctionne un manquement.", ""),
    ("justice", "Procureur de la République", "Fait exécuter les peines, donne son avis sur les aménagements, reçoit les signalements urgents.", ""),
    ("justice", "Greffe pénitentiaire", "Tient l’écrou : dates, titres de détention, levées d’écrou, pièces d’identité confiées.", "acces-aux-droits"),
    ("justice", "Médecin coordonnateur", "Dans une injonction de soins, fait le lien entre le soignant et le juge sans dire le contenu des séances.", "sante"),
    ("partner", "Structure d’hébergement ou de placement à l’extérieur", "Loge et accompagne, tient les horaires fixés, signale tout de suite une absence.", "hebergement"),
    ("partner", "SIAO", "Reçoit la demande d’hébergement, la met en liste et propose une place.", "hebergement"),
    ("partner", "Mission locale, France Travail, structures d’insertion", "Construisent le parcours vers la formation et l’emploi, proposent des postes, suivent la personne dans l’entreprise.", "emploi"),
    ("partner", "Centre de soins, unité sanitaire, médecin traitant", "Soignent, et attestent de la venue quand la décision l’impose. Le contenu reste couvert par le secret médical.", "sante"),
    ("partner", "Préfecture et mairies", "Instruisent et délivrent les titres d’identité. Elles ne voient du portail que l’étape qui les concerne.", "acces-aux-droits"),
    ("partner", "Association d’aide aux victimes", "Accueille et informe les victimes, les prévient de ce qui les protège.", ""),
]


def slug_of(term):
    plain = unicodedata.normalize("NFKD", term).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def typeset(text):
    """The no-break spaces of French."""
    text = re.sub(r" ([:;?!»])", "\N{NO-BREAK SPACE}\\1", text)
    return text.replace("« ", "«\N{NO-BREAK SPACE}")


def load(apps, schema_editor):
    term, duty = (apps.get_model("partners", name) for name in ("Term", "Duty"))
    term.objects.bulk_create(
        term(
            slug=slug_of(word.replace("’", " ")),
            term=word,
            long_form=long_form,
            definition=typeset(definition),
        )
        for word, long_form, definition in TERMS
    )
    themes = {each.code: each for each in apps.get_model("partners", "Theme").objects.all()}
    duty.objects.bulk_create(
        duty(side=side, who=who, does=typeset(does), theme=themes.get(code), position=rank * 10)
        for rank, (side, who, does, code) in enumerate(DUTIES, 1)
    )


def unload(apps, schema_editor):
    for name in ("Term", "Duty"):
        apps.get_model("partners", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("partners", "0004_reception_kinds")]
    operations = [migrations.RunPython(load, unload)]
