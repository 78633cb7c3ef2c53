import jwt

from devkit import tokens

SECRET = "a secret that is long enough for HS256"


def test_a_users_token_says_who_it_is():
    token = tokens.for_user("u-1", "dana@example.com", secret=SECRET, issuer="http://here", audience="authenticated")

    claims = jwt.decode(token, SECRET, algorithms=["HS256"], audience="authenticated", issuer="http://here")
    assert (claims["sub"], claims["role"], claims["email"]) == ("u-1", "authenticated", "dana@example.com")
    assert claims["exp"] - claims["iat"] == tokens.DAY


def test_a_role_key_names_its_role():
    token = tokens.for_role("anon", secret=SECRET, issuer="http://here")

    assert jwt.decode(token, SECRET, algorithms=["HS256"], issuer="http://here")["role"] == "anon"
