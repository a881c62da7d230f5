"""A full snapshot, as writing.snapshot_of makes it, and variations of it."""

STEPS = [
    {
        "kind": "training",
        "organisation": "École des procédés",
        "organisation_id": "11111111-1111-4111-8111-111111111111",
        "person": "Paul Bertin",
        "title": "Données de procédé : lire, relier, expliquer",
        "summary": "Deux jours sur vos propres relevés.",
        "when": "session du 14 janvier 2027",
        "offer_id": "",
        "illustrative": True,
    },
    {
        "kind": "cifre",
        "organisation": "Laboratoire des matériaux",
        "organisation_id": "22222222-2222-4222-8222-222222222222",
        "person": "",
        "title": "Apprentissage sous incertitude",
        "summary": "",
        "when": "",
        "offer_id": "",
        "illustrative": False,
    },
]
SNAPSHOT = {
    "schema": 1,
    "language": "fr",
    "reference": "ENACT-7F3K-92",
    "version": 2,
    "date": "2026-11-22",
    "valid_until": "2027-01-21",
    "confidentiality": "summary",
    "title": "Proposition de collaboration – Fonderie Zirkonia",
    "company": {"name": "Fonderie Zirkonia", "contact": "Claire Humbert", "city": "Metz"},
    "coordinator": "Nadia Keller",
    "words": "On perd 4 à 11 % de nos culasses.\n\nPersonne ne comprend pourquoi.",
    "words_language": "fr",
    "need": "Relier les défauts aux conditions de coulée.",
    "target": "Moins de 3 % de rebuts en douze mois.",
    "path": STEPS,
    "conditions": "Les données restent à l’entreprise.",
    "next_steps": "Premier échange dans les dix jours ouvrés.",
    "illustrative": True,
    "partners": [
        {"name": "École des procédés", "kind": "école", "city": "Nancy", "person": "Paul Bertin"},
        {"name": "Laboratoire des matériaux", "kind": "laboratoire", "city": "Metz", "person": ""},
    ],
    "parties": ["Laboratoire des matériaux", "École des procédés"],
}


def snapshot(**changes) -> dict:
    return {**SNAPSHOT, **changes}
