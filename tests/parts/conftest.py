"""Answers of parts searches, and what a person or a scenario does with them."""

import json
from pathlib import Path

import pytest

from core import acting
from parts.models import PartsSearchResult
from tests import cast
from tests.make.caller import Make, give_key

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
FORMS = {"parts_search_response": 5, "parts_search_response_grouped": 6, "parts_ocr_response": 2}


def answer_text(name):
    return (FIXTURES / f"{name}.json").read_text()


def answer_of(name):
    return json.loads(answer_text(name))


@pytest.fixture
def make(db):
    """`make()` calls as a scenario of Dana's office; `make(cast.SOUTH)`, `make(ops=[...])`."""
    return lambda office=cast.NORTH, ops=(): Make(give_key(office, ops))


@pytest.fixture
def keep(api, dana):
    """Post an answer or rows as Dana, and return what each row was told."""

    def kept(person=dana, **body):
        answer = api(person).post("parts/search-results", body)
        assert answer.status_code == 200, answer.content
        return answer.json()

    return kept


@pytest.fixture
def pool(api, dana):
    """Search the pool as Dana."""

    def found(person=dana, **asked):
        answer = api(person).client.get("/api/v1/parts/search-results", asked, headers=api(person).headers)
        assert answer.status_code == 200, answer.content
        return answer.json()

    return found


def stored(**asked):
    with acting.acting(acting.SERVICE):
        return list(PartsSearchResult.objects.filter(**asked).order_by("created_at"))
