"""Programs that others wrote, run for real."""

import shutil

import pytest

from tests.cast import DANA
from tests.conftest import any_plate
from tests.databases import ROOT
from tests.peers import dialect, postgrest
from tests.peers.programs import SupabaseTool
from tests.site import running_site


@pytest.fixture(scope="session")
def supabase(tmp_path_factory):
    """`supabase("db", "push", url=...)` runs the tool; it writes into its project folder, so it gets a copy."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "supabase" / "migrations", folder / "supabase" / "migrations")
    return SupabaseTool(folder)


@pytest.fixture(scope="session")
def two_doors():
    """Our API and PostgREST in front of one database; the service key opens both."""
    with (
        running_site(SUPABASE_SERVICE_ROLE=postgrest.key_of("service_role")) as site,
        postgrest.running(site.database) as rest,
    ):
        yield site, rest


@pytest.fixture
def site(two_doors):
    return two_doors[0]


@pytest.fixture
def rest(two_doors):
    return two_doors[1]


@pytest.fixture
def case(site):
    """A case of Dana's with one version."""
    answer = site.call("POST", "cases", DANA, {"plate": any_plate(), "helper": {"meta": {"n": 1}}})
    assert answer.status == 201, answer.body
    return answer.json()


@pytest.fixture(scope="session")
def ways(two_doors):
    """The two ways the existing UI's calls reach PostgREST."""
    _, rest = two_doors
    with dialect.library(rest) as library:
        yield {"by hand": dialect.ByHand(rest), "library": library}


@pytest.fixture(params=["by hand", "library"])
def ask(ways, request):
    """`ask(table("cases").select("id"), DANA)` makes one of the UI's calls; each test runs both ways."""
    return ways[request.param]
