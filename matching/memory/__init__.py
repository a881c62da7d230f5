"""A gated memory of decided irritants: what was kept, accepted, set aside or declined before, for needs like this one.

A decided irritant is a bag of stems, character 4-grams and concepts (its text is not kept) and the outcome of each
offer, -1 to 1. A new need is compared with all of them; the nearest vote for their offers, and offers also gather
the texts of every irritant that kept them. Concepts carry the comparison across languages, 4-grams across typos.

The gate decides whether the vote counts at all: the nearest must be close in itself, close compared with the best
title of the catalogue, agree with each other, and not contradict the ranking made without them. Below it the memory
says nothing, so that subjects nobody has decided yet lose nothing. Figures: docs/matching-learning.md.
"""
