"""A place that goes away, and a crew that is always dismissed."""

import pytest

from devkit import places
from devkit.crew import Crew


@pytest.fixture
def place():
    with places.temporary() as place:
        yield place


@pytest.fixture
def crew(place):
    crew = Crew(place)
    yield crew
    crew.dismiss()
