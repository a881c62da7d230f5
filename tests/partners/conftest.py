import pytest

from tests.members.helpers import as_


@pytest.fixture
def browser(cast):
    """Of a coordinator."""
    return as_(cast.coordinator)
