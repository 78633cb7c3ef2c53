"""A database of this worker's own, and people who ask it."""

import pytest

from tests import databases
from tests.conftest import any_plate
from tests.sql import callers
from tests.sql.callers import Caller, Desk


@pytest.fixture(scope="session")
def database():
    with databases.copy("sql") as name:
        yield name


@pytest.fixture(scope="session")
def desk(database):
    """`desk(DANA)` is the one connection of Dana's, `desk()` the owner's; `desk(DANA, another=True)` a second one."""
    desks: dict[Caller | None, Desk] = {}
    extra: list[Desk] = []

    def of(caller: Caller | None = None, *, another: bool = False) -> Desk:
        if another:
            extra.append(Desk(database, caller))
            return extra[-1]
        key = caller and caller.name
        return desks.setdefault(key, desks.get(key) or Desk(database, caller))

    yield of
    for one in [*desks.values(), *extra]:
        one.connection.close()


@pytest.fixture
def owner(desk):
    return desk()


@pytest.fixture
def dana(desk):
    return desk(callers.DANA)


@pytest.fixture
def tamar(desk):
    return desk(callers.TAMAR)


@pytest.fixture
def service(desk):
    return desk(callers.SERVICE)


@pytest.fixture
def plate():
    return any_plate()


@pytest.fixture
def other_plate():
    return any_plate()


@pytest.fixture
def case(dana, plate):
    """The first version of a new case of Dana's."""
    return dana.open(plate, '{"meta": {"n": 1}}')
