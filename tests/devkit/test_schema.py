from devkit import schema

DUMPED = """--
-- PostgreSQL database dump
--

\\restrict 5hXq

-- Dumped from database version 15.18

SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);

--
-- Name: f(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.f() RETURNS void
    AS $$
begin
SET LOCAL a = 1;


--
end;
$$;


\\unrestrict 5hXq
"""

TIDY = """

-- Name: f(); Type: FUNCTION; Schema: public

CREATE FUNCTION public.f() RETURNS void
    AS $$
begin
SET LOCAL a = 1;


--
end;
$$;
"""


def test_a_dump_loses_its_noise_and_keeps_its_functions():
    assert schema.tidy(DUMPED) == schema.HEAD + TIDY


def test_versions_of_postgres_that_name_the_only_table_agree_with_those_that_do_not():
    named = "CREATE VIEW public.v AS\n SELECT cases.id\n   FROM public.cases\n  WHERE cases.is_open;\n"

    assert schema.tidy(named).endswith(" SELECT id\n   FROM public.cases\n  WHERE is_open;\n")


def test_a_view_of_two_tables_keeps_their_names():
    joined = "CREATE VIEW public.v AS\n SELECT c.id\n   FROM (public.cases c\n     JOIN public.orgs o USING (id));\n"

    assert schema.tidy(joined).endswith(joined)
