"""Words, languages, compounds, concepts, thesaurus file."""

import pytest

from matching import Thesaurus, ThesaurusError
from matching.concepts.recognising import Recogniser
from matching.text import Compounds, analyse, fold, guess_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Nos machines tombent en panne", "fr"),
        ("Unsere Maschinen fallen ständig aus", "de"),
        ("Our machines keep breaking down", "en"),
        ("", "fr"),
    ],
)
def test_language_guess(text, language):
    assert guess_language(text) == language


def test_fold():
    assert fold("QUALITÉ Cœur") == "qualite coeur"
    assert fold("Qualitaet", "de") == fold("Qualität", "de") == "qualitat"
    assert fold("Steuerung", "de") == "steuerung"


def test_words_keep_their_place():
    text = "<b>L'eau</b> de l’usine, re\u0301glage"
    words = [text[word.start : word.end] for word in analyse(text, "fr").words]
    assert words == ["L", "eau", "de", "l", "usine", "re\u0301glage"]


def test_compounds():
    compounds = Compounds(["walzlager", "schaden", "produktion", "planung"])
    assert compounds.parts("walzlagerschaden") == ("walzlag", "schad")
    assert compounds.parts("produktionsplanung") == ("produktion", "planung")
    assert compounds.parts("schaden") == ()


def concepts(tmp_path, content, text, language="fr", **options):
    file = tmp_path / "t.txt"
    file.write_text(content, encoding="utf-8")
    recogniser = Recogniser(Thesaurus.load(file, **options))
    hits = recogniser.find_in(text, language)
    return {name: [text[p.start : p.end] for p in hit.passages] for name, hit in hits.items()}


def test_expressions_match_in_any_order_within_a_sentence(tmp_path):
    content = "[breakdown] predictive-maintenance\nfr: panne machine"
    assert concepts(tmp_path, content, "La machine est en panne.") == {"breakdown": ["machine est en panne"]}
    assert concepts(tmp_path, content, "Une machine. Rien à voir : la panne.") == {}


def test_quotes_wildcards_and_weak_clues(tmp_path):
    content = '[a]\nfr: "on ne sait plus"\n[b]\nfr: soud*\n[c]\nde: *fehler'
    assert concepts(tmp_path, content, "on ne sait vraiment plus souder") == {"b": ["souder"]}
    assert concepts(tmp_path, content, "on ne sait plus") == {"a": ["on ne sait plus"]}
    assert concepts(tmp_path, content, "Lauter Oberflächenfehler", "de") == {"c": ["Oberflächenfehler"]}


def test_an_expression_that_little_words_reduce_to_one_is_taken_literally(tmp_path):
    content = "[know-how]\nfr: dans la tête"
    assert concepts(tmp_path, content, "tout est dans la tête") == {"know-how": ["dans la tête"]}
    assert concepts(tmp_path, content, "une tête de lecture") == {}


def test_short_form_and_foreign_words(tmp_path):
    content = "[mri] medical-imaging / health-care | IRM | Kernspintomographie | magnetic resonance"
    assert set(concepts(tmp_path, content, "magnetic resonance en panne")) == {"mri"}
    assert set(concepts(tmp_path, content, "Die Kernspintomographie", "de")) == {"mri"}


def test_additions_and_retirements_change_the_version(tmp_path):
    base = Thesaurus.load()
    addition = {
        "concept": "raclette",
        "language": "fr",
        "expression": "raclette qui colle",
        "topics": ["robotics"],
    }
    changed = Thesaurus.load(additions=[addition], retired=["milk", "robot/fr/cobot"])
    assert base.version == Thesaurus.load().version != changed.version
    hits = Recogniser(changed).find_in("la raclette colle", "fr")
    assert "raclette" in hits
    assert concepts(tmp_path, "[a]\nfr: four; poêle", "un four", retired=["a/fr/four"]) == {}


@pytest.mark.parametrize("content", ["fr: orphan", "[a]\nit: forno", "[a]\n[a]", "[a] | only | two"])
def test_a_broken_file_names_the_line(tmp_path, content):
    file = tmp_path / "broken.txt"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ThesaurusError, match=r"broken\.txt, line \d"):
        Thesaurus.load(file)


def test_base_thesaurus_refers_to_known_topics_and_sectors_and_speaks_three_languages(thesaurus, catalogue):
    for entry in thesaurus.entries.values():
        assert set(entry.topics) <= set(catalogue.topics), entry.id
        assert set(entry.sectors) <= set(catalogue.sectors), entry.id
        assert {"fr", "de", "en"} <= {expression.language for expression in entry.expressions}, entry.id
    covered = {topic for entry in thesaurus.entries.values() for topic in entry.topics}
    assert covered == set(catalogue.topics)


def test_an_expression_is_found_in_its_own_words(thesaurus):
    """All but a handful (abbreviations that are little words, such as the French MES), at full weight."""
    recogniser = Recogniser(thesaurus)
    missed = [
        (entry.id, expression.language, expression.text)
        for entry in thesaurus.entries.values()
        for expression in entry.expressions
        if "*" not in expression.text and expression.language in ("fr", "de", "en")
        if entry.id not in recogniser.find_in(expression.text, expression.language)
    ]
    assert len(missed) <= 20, missed
