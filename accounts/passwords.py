"""Passwords that anybody would try here first."""

import re

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from foundation.plain import filed

# What the portal, its region and its people are called: the list that ASVS 6.1.2 asks for.
WORDS = (
    *("enact", "portail", "portal", "irritant", "cluster", "grandest", "lorraine", "alsace", "champagne"),
    *("ardenne", "nancy", "metz", "strasbourg", "reims", "mulhouse", "coordination", "coordinateur"),
    *("administrateur", "administration", "partenaire", "laboratoire", "entreprise"),
)
LEAST_LEFT = 8  # letters besides these words


class OwnWordsValidator:
    """For AUTH_PASSWORD_VALIDATORS: the portal's own words, with figures and signs around them, are no password."""

    def validate(self, password: str, user=None) -> None:
        letters = left = re.sub(r"[\W\d_]", "", filed(password))
        for word in sorted(WORDS, key=len, reverse=True):
            left = left.replace(word, "")
        if left != letters and len(left) < LEAST_LEFT:
            said = CommonPasswordValidator.get_error_message(
                self
            )  # the library's sentence, in three languages
            raise ValidationError(said, code="password_own_words")

    def get_help_text(self) -> str:
        return ""
