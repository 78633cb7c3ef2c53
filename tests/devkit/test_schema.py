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
