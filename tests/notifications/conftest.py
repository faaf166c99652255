import pytest

from tests.notifications.kinds_of_tests import declared


@pytest.fixture
def plain():
    """(kind, teller): a kind that goes by mail and into the portal."""
    with declared() as found:
        yield found
