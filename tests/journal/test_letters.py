"""A mail written once: what its conventions give in text and in HTML, and that no value can bend them."""

import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from journal.letters import Address, Lines, Phrase, Quote, compose, names_in, one_line

LAYOUT = {"action_url": "https://portail.example/suivi/abc/", "reference": "ENACT-7F3K-92"}


def written(body: str, subject: str = "Objet $reference", **values):
    blocks = {"subject": subject, "preheader": "", "body": body, "button": "Suivre"}
    return compose(blocks, {"reference": "ENACT-7F3K-92", **values}, LAYOUT)


class Tags(HTMLParser):
    def __init__(self, html: str):
        super().__init__()
        self.seen: list[tuple[str, tuple]] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, tuple(name for name, _value in attrs)))

    def handle_data(self, data):
        self.text.append(data)


def inside(letter) -> str:
    """The body of the HTML, between the head of the card and its button."""
    return re.search(r'padding:24px;">\s*(.*?)\s*<p style="margin:24px', letter.html, re.S)[1]


def test_paragraphs_lists_and_quotations():
    letter = written("Un\ndeux\n\nÀ faire :\n- ceci\n- cela\n\n$words\n\n$partners", words=Quote("a\n- b"),
                     partners=Lines(["X", "Y"]))  # fmt: skip
    assert (
        letter.text.split("\n\nSuivre")[0]
        == "Un\ndeux\n\nÀ faire :\n- ceci\n- cela\n\n> a\n> - b\n\n- X\n- Y"
    )
    assert inside(letter).replace("\n", "") == (
        "<p>Un<br>deux</p><p>À faire :</p><ul><li>ceci</li><li>cela</li></ul>"
        "<blockquote>a<br>- b</blockquote><ul><li>X</li><li>Y</li></ul>"
    )


def test_a_paragraph_without_its_value_is_left_out():
    letter = written("Avant\n\nLe $due\n$words\n\nAprès $reference", due="", words=Quote("dit"))
    assert letter.text.startswith("Avant\n\nAprès ENACT-7F3K-92\n")
    assert "dit" not in letter.html


def test_an_address_is_a_link_and_a_phrase_keeps_its_language():
    letter = written("Voir $catalogue\n\n$offers", catalogue=Address("https://portail.example/catalogue/"),
                     offers=Lines([Phrase.said_in("de", "Prüfstand & mehr")]))  # fmt: skip
    assert 'href="https://portail.example/catalogue/"' in inside(letter)
    assert '<li><span lang="de">Prüfstand &amp; mehr</span></li>' in inside(letter)
    assert "Voir https://portail.example/catalogue/" in letter.text


def test_a_reference_is_not_parted_at_the_end_of_a_line():
    letter = written("Le dossier $reference, $words", words=Phrase("<b>et ENACT-2222-22"))
    kept = '<span style="white-space:nowrap;">ENACT-{}</span>'
    assert f"<p>Le dossier {kept.format('7F3K-92')}, &lt;b&gt;et {kept.format('2222-22')}</p>" in letter.html
    assert "Le dossier ENACT-7F3K-92, <b>et ENACT-2222-22" in letter.text


def test_signs_that_are_no_placeholder_are_shown_as_written():
    assert "5 $ et ${x} et $reference" in written("5 $ et ${x} et $$reference").text
    assert names_in("$a ${b} $$c $D") == {"a"}


HOSTILE = st.text(min_size=1, max_size=60) | st.sampled_from(
    [
        "a\r\nBcc: victime@exemple.example",
        "- liste\n\n> citation",
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "$reference $words {{ settings.SECRET_KEY }} {% load x %}",
        "https://pirate.example/",
        "\u202egnp.exe",
        "a\u2028b\x0bc\x1cd",
    ]
)


@given(name=HOSTILE, words=HOSTILE)
def test_no_value_bends_the_letter(name, words):
    plain = written(
        "Bonjour $name,\n\n$words\n\n- un", subject="$name : $reference", name="x", words=Quote("y")
    )
    letter = written(
        "Bonjour $name,\n\n$words\n\n- un", subject="$name : $reference", name=name, words=Quote(words)
    )
    assert "\n" not in letter.subject and "\r" not in letter.subject
    expected = set(Tags(plain.html).seen)
    assert set(Tags(letter.html).seen) <= expected | {("br", ())}
    quoted = [line for line in letter.text.split("\n") if line.startswith(">")]
    assert len(quoted) == len(words.splitlines()) if words.strip() else True
    assert letter.text.count("https://portail.example/suivi/abc/") == 1
    assert (
        letter.html.count("https://portail.example/suivi/abc/") == 3
    )  # the button, and the address beside it


def test_one_line_keeps_the_spaces_of_typography():
    assert one_line(" Pouvez-vous\u202f?\r\n Oui\u00a0!\x00 ") == "Pouvez-vous\u202f? Oui\u00a0!"
