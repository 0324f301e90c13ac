"""What a verification finds: one finding a fault or contradiction, and how many of the assertions hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from medicomut.agreement.text import Text

# contradiction: of the source with itself, known; fault: of our data; erratum: known fault of the source
# that no computation shows; missing: promised by the source and absent from it.
Kind = Literal["contradiction", "fault", "erratum", "missing"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the verification found.

    ``id`` names the record (``annex.b.total.annual``, ``social_status.full``, ``D1``); ``printed`` and
    ``computed`` are plain numbers or words in ``unit``; ``None`` where there is nothing to show.
    """

    id: str
    kind: Kind
    clause: str | None
    printed: str | None
    computed: str | None
    why: Text
    unit: str | None = None

    def to_dict(self, language: str) -> dict[str, str | None]:
        """Return plain values for JSON, ``why`` in ``language``."""
        return {
            "id": self.id,
            "clause": self.clause,
            "printed": self.printed,
            "computed": self.computed,
            "why": self.why.in_language(language),
            "kind": self.kind,
        }


@dataclass(frozen=True, slots=True)
class Count:
    """How many assertions of a sort hold, of how many there are."""

    held: int
    of: int

    def to_dict(self) -> dict[str, int]:
        """Return plain values for JSON."""
        return {"held": self.held, "of": self.of}


def count(outcomes: Iterable[bool]) -> Count:
    """Return how many outcomes are true, and how many there are."""
    seen = list(outcomes)
    return Count(sum(seen), len(seen))


def say(why: str, **values: object) -> Text:
    """Return one of the sentences below in the four languages, with its values filled in."""
    return Text(*(sentence.format(**values) for sentence in _SENTENCES[why]))


# fr, nl, de, en.
_SENTENCES: dict[str, tuple[str, str, str, str]] = {
    "total": (
        "Les montants additionnés par ce total donnent {computed}, le total porte {printed}.",
        "De bedragen onder dit totaal geven samen {computed}, het totaal vermeldt {printed}.",
        "Die Beträge dieser Summe ergeben {computed}, angegeben ist {printed}.",
        "The amounts under this total add up to {computed}; the total says {printed}.",
    ),
    "prorata": (
        "{annual} × {months}/{whole}, arrondi à l'unité, donne {computed}, non {printed}.",
        "{annual} × {months}/{whole}, afgerond op de eenheid, geeft {computed}, niet {printed}.",
        "{annual} × {months}/{whole}, auf die Einheit gerundet, ergibt {computed}, nicht {printed}.",
        "{annual} × {months}/{whole}, rounded to the unit, is {computed}, not {printed}.",
    ),
    "full_year": (
        "La ligne court toute l'année : ses deux colonnes devraient être égales.",
        "De regel loopt het hele jaar: beide kolommen zouden gelijk moeten zijn.",
        "Die Zeile gilt das ganze Jahr: beide Spalten müssten gleich sein.",
        "The line runs the whole year: its two columns should be equal.",
    ),
    "start": (
        "La date de début ne correspond pas à la date imprimée.",
        "De begindatum stemt niet overeen met de gedrukte datum.",
        "Das Anfangsdatum entspricht nicht dem gedruckten Datum.",
        "The start date does not match the printed one.",
    ),
    "parity": (
        "Les quatre langues n'énoncent pas les mêmes nombres ({language} diffère).",
        "De vier talen vermelden niet dezelfde getallen ({language} wijkt af).",
        "Die vier Sprachen nennen nicht dieselben Zahlen ({language} weicht ab).",
        "The four languages do not state the same numbers ({language} differs).",
    ),
    "text": (
        "Aucun texte cité n'énonce cette valeur ; on y lit : {computed}.",
        "Geen aangehaalde tekst vermeldt deze waarde; er staat: {computed}.",
        "Kein angeführter Text nennt diesen Wert; dort steht: {computed}.",
        "No cited text states this value; it reads: {computed}.",
    ),
    "interval": (
        "Les jours de la valeur ne sont ni ceux de la durée, ni ceux d'une année, ni une date du texte cité.",
        "De dagen van de waarde zijn noch die van de duur noch van een jaar, noch een datum in de tekst.",
        "Die Tage des Wertes sind weder die der Laufzeit noch eines Jahres noch ein Datum im Text.",
        "The days of the value are neither those of the term nor of a year, nor a date of the text cited.",
    ),
    "order": (
        "Les jours de la signature, des approbations et de la publication ne se suivent pas.",
        "De dagen van ondertekening, goedkeuring en bekendmaking volgen elkaar niet op.",
        "Die Tage der Unterzeichnung, der Genehmigungen und der Veröffentlichung folgen nicht aufeinander.",
        "The days of signature, approvals and publication do not follow one another.",
    ),
    "article": (
        "Le nom du groupe ne mentionne pas cet article.",
        "De naam van de groep vermeldt dit artikel niet.",
        "Der Name der Gruppe nennt diesen Artikel nicht.",
        "The name of the group does not mention this article.",
    ),
    "annex_rate": (
        "Le taux de la clause et celui de l'annexe diffèrent.",
        "Het percentage van de bepaling en dat van de bijlage verschillen.",
        "Der Satz der Bestimmung und der der Anlage weichen voneinander ab.",
        "The rate of the clause and that of the annex differ.",
    ),
    "code": (
        "Le chiffre de contrôle du code ne convient pas.",
        "Het controlecijfer van de code klopt niet.",
        "Die Prüfziffer des Codes stimmt nicht.",
        "The check digit of the code is wrong.",
    ),
    "code_unnamed": (
        "Ni les points cités ni l'annexe ne nomment ce code ; ils nomment : {computed}.",
        "Noch de aangehaalde punten noch de bijlage noemen deze code; ze noemen: {computed}.",
        "Weder die angeführten Punkte noch die Anlage nennen diesen Code; sie nennen: {computed}.",
        "Neither the points cited nor the annex name this code; they name: {computed}.",
    ),
    "several_days": (
        "Le point énonce plusieurs échéances ({computed}) : nommer le paramètre dont il s'agit.",
        "Het punt vermeldt verschillende termijnen ({computed}): noem de bedoelde parameter.",
        "Der Punkt nennt mehrere Fristen ({computed}): den gemeinten Parameter nennen.",
        "The point states several days ({computed}): name the parameter meant.",
    ),
    "not_cited": (
        "Le paramètre {name} ne cite pas ce point ; il cite {computed}.",
        "De parameter {name} haalt dit punt niet aan; hij haalt {computed} aan.",
        "Der Parameter {name} führt diesen Punkt nicht an; er führt {computed} an.",
        "Parameter {name} does not cite this point; it cites {computed}.",
    ),
    "kind": (
        "Ce point n'est pas de ceux qui règlent la fin de l'accord ; sa nature est {computed}.",
        "Dit punt regelt het einde van het akkoord niet; zijn aard is {computed}.",
        "Dieser Punkt regelt das Ende des Abkommens nicht; seine Art ist {computed}.",
        "This point is not one that governs the end of the agreement; its kind is {computed}.",
    ),
    "clock": (
        "Le délai relève d'un autre point que l'étape qui le suit.",
        "De termijn hoort bij een ander punt dan de stap die hem volgt.",
        "Die Frist gehört zu einem anderen Punkt als der Schritt, der ihr folgt.",
        "The time limit belongs to another point than the step under it.",
    ),
    "nearest": (
        "Les mots de ce texte sont plus proches d'un autre point que du point cité : {computed}.",
        "De woorden van deze tekst staan dichter bij een ander punt dan bij het aangehaalde: {computed}.",
        "Die Wörter dieses Textes stehen einem anderen Punkt näher als dem angeführten: {computed}.",
        "The words of this text are nearer to another point than to the one cited: {computed}.",
    ),
    "sibling": (
        "Les points d'un même niveau se suivent sans lacune ; ici devrait se trouver {computed}.",
        "Punten van hetzelfde niveau volgen elkaar zonder leemte; hier hoort {computed}.",
        "Punkte derselben Ebene folgen einander lückenlos; hier gehört {computed} hin.",
        "Points of one level follow one another without a gap; {computed} belongs here.",
    ),
    "counts": (
        "La page de garde annonce {printed}, le texte en compte {computed}.",
        "Het voorblad vermeldt {printed}, de tekst telt er {computed}.",
        "Das Deckblatt nennt {printed}, der Text zählt {computed}.",
        "The cover sheet says {printed}, the text has {computed}.",
    ),
    "publication": (
        "Les sources de l'accord et sa publication ne nomment pas le même jour ou le même numéro.",
        "De bronnen van het akkoord en zijn bekendmaking noemen niet dezelfde dag of hetzelfde nummer.",
        "Die Quellen des Abkommens und seine Veröffentlichung nennen nicht denselben Tag oder dieselbe Nummer.",
        "The sources of the agreement and its publication do not name the same day or number.",
    ),
    "source_date": (
        "La date du texte ne correspond pas à son identifiant.",
        "De datum van de tekst stemt niet overeen met zijn identificatie.",
        "Das Datum des Textes entspricht nicht seiner Kennung.",
        "The date of the text does not match its identifier.",
    ),
    "reference": (
        "Le renvoi ne mène à aucune clause de cet accord.",
        "De verwijzing leidt naar geen bepaling van dit akkoord.",
        "Der Verweis führt zu keiner Bestimmung dieses Abkommens.",
        "The reference leads to no clause of this agreement.",
    ),
    "broken": (
        "Cette affirmation devrait tenir et ne tient plus ; elle repose sur {names}.",
        "Deze bewering zou moeten kloppen en klopt niet meer; ze steunt op {names}.",
        "Diese Aussage müsste stimmen und stimmt nicht mehr; sie beruht auf {names}.",
        "This claim should hold and no longer does; it rests on {names}.",
    ),
    "vanished": (
        "Une contradiction connue de la source a disparu : un chiffre a changé parmi {names}.",
        "Een bekende tegenspraak van de bron is verdwenen: er is een cijfer gewijzigd bij {names}.",
        "Ein bekannter Widerspruch der Quelle ist verschwunden: eine Zahl hat sich geändert bei {names}.",
        "A known contradiction of the source has vanished: a figure has changed among {names}.",
    ),
    "result": (
        "La valeur calculée n'est pas celle que l'on connaît : un chiffre a changé parmi {names}.",
        "De berekende waarde is niet de bekende: er is een cijfer gewijzigd bij {names}.",
        "Der berechnete Wert ist nicht der bekannte: eine Zahl hat sich geändert bei {names}.",
        "The computed value is not the known one: a figure has changed among {names}.",
    ),
    "undefined": (
        "Le calcul est impossible : {reason}.",
        "De berekening is onmogelijk: {reason}.",
        "Die Berechnung ist unmöglich: {reason}.",
        "It cannot be computed: {reason}.",
    ),
}
