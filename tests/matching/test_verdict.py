"""Match, hold, redirect: with the words that caused it."""

import pytest

from matching import Need

from .conftest import TODAY


@pytest.mark.parametrize(
    ("text", "sector", "verdict", "code"),
    [
        ("Nos pompes tombent en panne sans prévenir.", "energy-utilities", "match", ""),
        ("Unsere Schweißnähte reißen und wir finden die Ursache nicht.", "mechanical", "match", ""),
        ("Nous vendons des meubles et les stocks débordent.", "retail", "match", ""),
        ("We sell bread in ten shops and throw a third of it away.", "food", "match", ""),
        ("Prévoir la durée de séjour de nos patients.", "health-care", "hold", "health-data"),
        ("We want to rank candidates automatically.", "retail", "hold", "recruiting"),
        (
            "Wir wollen die Leistung der Mitarbeiter per Kamera messen.",
            "logistics-transport",
            "hold",
            "worker-monitoring",
        ),
        ("Detect the emotions of employees during calls.", "retail", "redirect", "prohibited-practice"),
        ("Je cherche un stage de master en IA, voici mon CV.", "other", "redirect", "candidate"),
        ("Wir verkaufen eine KI-Lösung und suchen Kunden.", "digital", "redirect", "vendor"),
        ("Notre imprimante est en panne et le wifi coupe sans arrêt.", "other", "redirect", "plain-it"),
        ("???", "", "redirect", "not-an-irritant"),
    ],
)
def test_verdict(engine, text, sector, verdict, code):
    ranking = engine.rank(Need(text, sector=sector, today=TODAY))
    assert ranking.verdict == verdict
    assert ([reason.code for reason in ranking.verdict_reasons] == []) == (verdict == "match")
    if code:
        reason = next(reason for reason in ranking.verdict_reasons if reason.code == code)
        assert all(text[passage.start : passage.end] for passage in reason.passages)
