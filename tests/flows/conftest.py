"""One running site for all flows of a worker; they keep to cases of their own."""

import pytest

from tests.site import running_site


@pytest.fixture(scope="session")
def site():
    # Hypothesis and the storms ask more than a person would in a minute.
    with running_site(API_RATE_PER_MINUTE="0") as running:
        yield running
