"""Who is let in, and who is not."""

import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from accounts import tokens
from tests import cast


def status(api, token, **headers):
    return api(token=token).get("cases", **headers).status_code


def test_a_persons_token_is_taken(api, dana):
    assert status(api, dana.token()) == 200


def b64(data) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unsigned(person, header):
    return f"{b64(header)}.{b64({**person.claims, 'aud': 'authenticated', 'exp': time.time() + 99})}."


def forged() -> dict[str, str]:
    dana, secret = cast.DANA, "another-secret-another-secret-another"
    now = int(time.time())
    good = dana.token()
    head, body, signature = good.split(".")
    return {
        "nonsense": "nonsense",
        "three dots": "a.b.c",
        "another secret": jwt.encode({**dana.claims, "aud": "authenticated", "exp": now + 99}, secret),
        "no algorithm": unsigned(dana, {"alg": "none", "typ": "JWT"}),
        "no algorithm, capitals": unsigned(dana, {"alg": "NONE"}),
        "changed body": f"{head}.{b64({**dana.claims, 'exp': now + 999})}.{signature}",
        "cut signature": f"{head}.{body}.{signature[:-4]}",
        "no signature": f"{head}.{body}.",
        "expired": dana.token(exp=now - 60),
        "not yet": dana.token(nbf=now + 600),
        "no expiry": dana.token(exp=None),
        "no issuer": dana.token(iss=None),
        "another issuer": dana.token(iss="https://evil.example/auth/v1"),
        "no audience": dana.token(aud=None),
        "another audience": dana.token(aud="public"),
        "no subject": dana.token(sub=None),
        "subject that is no id": dana.token(sub="1 or 1=1"),
        "unknown person": dana.token(sub="99999999-0000-4000-8000-000000000000"),
        "no role": dana.token(role=None),
        "anonymous role": dana.token(role="anon"),
        "service role": dana.token(role="service_role"),
        "login role": dana.token(role="backoffice_app"),
        "owner role": dana.token(role="postgres"),
        "suspended": cast.SUSPENDED.token(),
    }


@pytest.mark.parametrize("kind", forged())
def test_a_token_that_is_not_right_is_refused_without_a_word_why(api, kind):
    answer = api(token=forged()[kind]).get("cases")

    assert answer.status_code == 401
    assert answer.content == api().get("cases").content
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_token_ends_on_time_though_it_was_just_believed(api, dana):
    token = dana.token(exp=int(time.time()) - tokens._LEEWAY + 4)

    assert status(api, token) == 200
    time.sleep(4)
    assert status(api, token) == 401


@pytest.mark.parametrize("header", ["jku", "jwk", "x5u", "x5c", "crit"])
def test_a_token_that_brings_its_own_key_is_refused(api, dana, header, settings):
    token = jwt.encode(
        {**jwt.decode(dana.token(), options={"verify_signature": False})},
        settings.SUPABASE_JWT_SECRET,
        headers={header: ["exp"] if header == "crit" else "https://evil.example"},
    )

    assert status(api, token) == 401


def test_nobody_and_the_anon_key_are_refused_everywhere(api, settings):
    anon = settings.SUPABASE_ANON_KEY
    for path in ("cases", "cases/x", "cases/x/helper", "plates/1/helper", "no/such/place", "helpers/import"):
        for caller in (api(), api(token=anon)):
            assert caller.get(path).status_code == 401, path
            assert caller.get(path, apikey=anon).status_code == 401, path


def test_the_service_key_is_taken_in_both_headers(api, settings):
    key = settings.SUPABASE_SERVICE_ROLE

    assert status(api, key) == 200
    assert status(api, key, apikey=key) == 200
    assert api().get("cases", apikey=key).status_code == 200
    assert api().get("cases", apikey=key[:-1]).status_code == 401


def test_a_person_is_out_the_moment_they_are_suspended(api, tamar):
    from accounts.models import Profile
    from core import acting

    assert status(api, tamar.token()) == 200
    with acting.acting(acting.SERVICE):
        Profile.objects.filter(pk=tamar.user_id).update(status="suspended")

    assert status(api, tamar.token()) == 401


def test_metadata_in_a_token_opens_no_office(api, tamar, open_case):
    open_case()
    token = tamar.token(user_metadata={"org_id": str(cast.NORTH.id)}, app_metadata={"org_id": str(cast.NORTH.id)})

    assert api(token=token).get("cases").json() == []


@pytest.fixture
def key_server(settings):
    """A real JWKS address with one EC and one RSA key; `down` makes it hang up."""
    keys = {"ec": ec.generate_private_key(ec.SECP256R1()), "rsa": rsa.generate_private_key(65537, 2048)}
    published = [
        {**ECAlgorithm.to_jwk(keys["ec"].public_key(), as_dict=True), "kid": "ec", "alg": "ES256"},
        {**RSAAlgorithm.to_jwk(keys["rsa"].public_key(), as_dict=True), "kid": "rsa", "alg": "RS256"},
    ]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.server.down:
                return self.connection.close()
            body = json.dumps({"keys": published}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return None

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.down = False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SUPABASE_JWKS_URL = f"http://127.0.0.1:{server.server_port}/jwks.json"
    tokens._key_set.cache_clear()
    yield keys, server
    server.shutdown()
    server.server_close()


def signed(person, key, algorithm, kid):
    claims = jwt.decode(person.token(), options={"verify_signature": False})
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid})


def test_tokens_of_the_key_set_are_taken(api, dana, key_server):
    keys, _ = key_server

    assert status(api, signed(dana, keys["ec"], "ES256", "ec")) == 200
    assert status(api, signed(dana, keys["rsa"], "RS256", "rsa")) == 200
    assert status(api, dana.token()) == 200


def test_the_key_decides_the_algorithm(api, dana, key_server):
    keys, _ = key_server
    public = keys["rsa"].public_key()
    from cryptography.hazmat.primitives import serialization

    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    claims = jwt.decode(dana.token(), options={"verify_signature": False})
    signing = f"{b64({'alg': 'HS256', 'kid': 'rsa'})}.{b64(claims)}"
    import hashlib
    import hmac

    confused = f"{signing}.{b64(hmac.new(pem, signing.encode(), hashlib.sha256).digest())}"

    assert status(api, confused) == 401
    assert status(api, signed(dana, keys["rsa"], "PS256", "rsa")) == 401
    assert status(api, signed(dana, keys["rsa"], "RS256", "ec")) == 401
    assert status(api, signed(dana, keys["ec"], "ES256", "unknown")) == 401


def test_keys_that_cannot_be_fetched_are_our_trouble_and_not_theirs(api, dana, key_server):
    keys, server = key_server
    server.down = True

    answer = api(token=signed(dana, keys["ec"], "ES256", "ec")).get("cases")

    assert (answer.status_code, answer.json()["code"]) == (503, "dependency_down")
    assert answer["Retry-After"]
