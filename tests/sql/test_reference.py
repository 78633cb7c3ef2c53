"""docs/reference/database.md names what is there."""

from tests.databases import ROOT


def test_the_reference_names_every_table_window_and_verb(owner):
    text = (ROOT / "docs" / "reference" / "database.md").read_text(encoding="utf-8")
    names = owner.ask("""
        select relname name from pg_class
        where relnamespace in ('public'::regnamespace, 'private'::regnamespace) and relkind in ('r', 'p', 'v')
        union select proname from pg_proc where pronamespace = 'public'::regnamespace""")

    assert [row["name"] for row in names if f"`{row['name']}`" not in text] == []
