"""Programs that others wrote, run for real."""

import shutil

import pytest

from tests.databases import ROOT
from tests.peers.programs import SupabaseTool


@pytest.fixture(scope="session")
def supabase(tmp_path_factory):
    """`supabase("db", "push", url=...)` runs the tool; it writes into its project folder, so it gets a copy."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "supabase" / "migrations", folder / "supabase" / "migrations")
    return SupabaseTool(folder)
