"""Doors for people without an account."""

from datetime import timedelta
from uuid import uuid4

import pytest

from foundation import clock
from journal import links


def refused(token, purpose=links.FOLLOW) -> str:
    with pytest.raises(links.LinkError) as caught:
        links.read(token, purpose)
    return caught.value.reason


@pytest.fixture
def link(db):
    return links.give(links.FOLLOW, uuid4(), "a@b.example")


def test_a_genuine_link_opens(link):
    assert links.read(link.token, links.FOLLOW) == link
    assert links.give(links.FOLLOW, link.subject_id, link.email).pk == link.pk


def test_any_changed_sign_is_forged(link):
    token = link.token
    for position in range(len(token)):
        other = "A" if token[position] != "A" else "B"
        forged = token[:position] + other + token[position + 1 :]
        try:
            assert links.read(forged, links.FOLLOW).pk == link.pk
            # The last sign carries two unused bits: the bytes, not the letters, are what is signed.
            assert position == len(token) - 1
        except links.LinkError as error:
            assert error.reason == "forged"


@pytest.mark.parametrize("token", ["", "x", "é" * 43, "A" * 43, "../../../etc/passwd", "a" * 5000])
def test_nonsense_is_forged(db, token):
    assert refused(token) == "forged"


def test_a_link_opens_only_what_it_is_for(link):
    assert refused(link.token, links.ANSWER) == "forged"


def test_links_expire_and_can_be_renewed_and_revoked(link):
    old = link.token
    with clock.at(clock.now() + timedelta(days=181)):
        assert refused(old) == "expired"
        new = links.reissue(link).token
        assert links.read(new, links.FOLLOW) == link
        assert refused(old) == "forged"
        links.revoke(link)
        assert refused(new) == "forged"


def test_an_older_key_still_opens(link, settings):
    token = link.token
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-altogether"
    assert links.read(token, links.FOLLOW) == link
