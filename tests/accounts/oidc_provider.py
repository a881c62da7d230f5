"""A small OpenID Connect provider with the rules that ProConnect writes down, as a process of its own on loopback.

    python -m tests.accounts.oidc_provider PORT

Rules of doc_fs/implementation_technique.md (numerique-gouv/proconnect-documentation, November 2026): `state` and
`nonce` of 32 signs, no other parameter (Y000400), a code for 30 seconds and one use, a token for 60, userinfo as
`application/jwt`, logout by `id_token_hint`. PUT /control sets who signs in and what is wrong; GET /control says what
was seen.
"""

import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "enact", "not-a-real-secret"
ALLOWED = {
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "claims",
    "prompt",
    "idp_hint",
}
KEY, STRANGER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _twice in range(2))
WHO = {"sub": "sub-1", "email": "labo-a@recherche.example", "given_name": "Éditrice", "usual_name": "A"}


class Provider(ThreadingHTTPServer):
    def __init__(self, port: int):
        super().__init__(("127.0.0.1", port), Handler)
        self.issuer = f"http://127.0.0.1:{port}/api/v2"
        self.who, self.wrong, self.codes, self.tokens, self.seen = dict(WHO), "", {}, {}, []


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def log_message(self, *_):
        return

    def answer(self, status: int, body: object = "", kind: str = "application/json", **headers):
        content = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": len(content), **headers}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(content)

    def body(self) -> str:
        return self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()

    def signed(self, claims: dict) -> str:
        now = int(time.time())
        issuer = f"{self.server.issuer}/other" if self.server.wrong == "issuer" else self.server.issuer
        everywhere = {"iss": issuer, "aud": CLIENT, "iat": now, "exp": now + 60}
        if self.server.wrong == "expired":
            everywhere["exp"] = now - 3600
        if self.server.wrong == "audience":
            everywhere["aud"] = "somebody-else"
        key = STRANGER_KEY if self.server.wrong == "signature" else KEY
        if self.server.wrong == "unsigned":
            return jwt.encode({**everywhere, **claims}, None, algorithm="none", headers={"kid": "one"})
        return jwt.encode({**everywhere, **claims}, key, algorithm="RS256", headers={"kid": "one"})

    def do_PUT(self):
        change = json.loads(self.body())
        self.server.who = {**WHO, **change.get("who", {})}
        self.server.wrong = change.get("wrong", "")
        self.answer(200)

    def do_GET(self):
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        issuer = self.server.issuer
        if parts.path == "/control":
            return self.answer(200, self.server.seen)
        if self.server.wrong == "down":
            return self.answer(503)
        if parts.path == "/api/v2/.well-known/openid-configuration":
            ends = {
                "authorization": "authorize",
                "token": "token",
                "userinfo": "userinfo",
                "end_session": "session/end",
            }
            urls = {f"{name}_endpoint": f"{issuer}/{path}" for name, path in ends.items()}
            named = f"{issuer}/other" if self.server.wrong == "issuer" else issuer
            return self.answer(200, {"issuer": named, "jwks_uri": f"{issuer}/jwks", **urls})
        if parts.path == "/api/v2/jwks":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            return self.answer(200, {"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]})
        if parts.path == "/api/v2/authorize":
            return self.authorize(query)
        if parts.path == "/api/v2/userinfo":
            return self.userinfo()
        if parts.path == "/api/v2/session/end":
            self.server.seen.append({"logout": query})
            asked = {"id_token_hint", "state", "post_logout_redirect_uri"}
            if query.keys() != asked or len(query["state"]) < 32:
                return self.answer(400)
            jwt.decode(query["id_token_hint"], KEY.public_key(), algorithms=["RS256"], audience=CLIENT)
            return self.answer(303, Location=f"{query['post_logout_redirect_uri']}?state={query['state']}")
        return self.answer(404)

    def authorize(self, query: dict):
        self.server.seen.append({"authorize": query})
        short = any(len(query.get(name, "")) < 32 for name in ("state", "nonce"))
        if query.keys() - ALLOWED or short or query.get("client_id") != CLIENT:
            return self.answer(400, {"error": "Y000400"})
        if self.server.wrong == "refused":
            back = {"error": "access_denied", "state": query["state"]}
            return self.answer(302, Location=f"{query['redirect_uri']}?{urlencode(back)}")
        code = secrets.token_urlsafe(24)
        self.server.codes[code] = {**query, "at": time.time()}
        back = {"code": code, "state": query["state"]}
        return self.answer(302, Location=f"{query['redirect_uri']}?{urlencode(back)}")

    def do_POST(self):
        if self.server.wrong == "down":
            return self.answer(503)
        form = {name: values[0] for name, values in parse_qs(self.body()).items()}
        asked = self.server.codes.pop(form.get("code", ""), None)
        right = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        if not (asked and right and asked["redirect_uri"] == form.get("redirect_uri")):
            return self.answer(400, {"error": "invalid_grant"})
        if time.time() - asked["at"] > 30:
            return self.answer(400, {"error": "invalid_grant"})
        access = secrets.token_urlsafe(24)
        self.server.tokens[access] = time.time()
        nonce = "x" * 32 if self.server.wrong == "nonce" else asked["nonce"]
        id_token = self.signed({"sub": self.server.who["sub"], "nonce": nonce, "acr": "eidas1"})
        return self.answer(
            200, {"access_token": access, "token_type": "Bearer", "expires_in": 60, "id_token": id_token}
        )

    def userinfo(self):
        access = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if time.time() - self.server.tokens.get(access, 0) > 60:
            return self.answer(401)
        who = dict(self.server.who)
        if self.server.wrong == "other-sub":
            who["sub"] = "sub-of-somebody-else"
        return self.answer(200, self.signed(who), kind="application/jwt")


if __name__ == "__main__":
    Provider(int(sys.argv[1])).serve_forever()
