"""The requests to ProConnect behind the visitor's back: token, keys, userinfo, each checked before it is believed."""

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.utils import build_absolute_uri
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

ID_TOKEN = "proconnect_id_token"  # in the session: what logging out there asks for
ALGORITHMS = [
    "RS256",
    "ES256",
]  # what may be chosen when the service is declared; HS256 would make the secret a key


def nonce_of(state: str) -> str:
    """64 hexadecimal signs bound to `state`, which is bound to the browser's session: nothing more to remember."""
    return salted_hmac("accounts.proconnect.nonce", state, algorithm="sha256").hexdigest()


class ProConnectOAuth2Adapter(OpenIDConnectOAuth2Adapter):
    basic_auth = False  # client_secret_post

    def get_callback_url(self, request, app):
        return build_absolute_uri(request, reverse("proconnect_callback"), self.redirect_uri_protocol)

    def complete_login(self, request, app, token, **kwargs):
        """The login of the person whom both tokens name. Raises OAuth2Error when either is not what it must be."""
        raw = kwargs["response"].get("id_token") or ""
        claims = self._verified(app, raw, ["exp", "iat", "sub", "nonce"])
        if not constant_time_compare(str(claims["nonce"]), nonce_of(request.GET.get("state", ""))):
            raise OAuth2Error("nonce")
        said = self._verified(app, self._userinfo(token.token), ["sub"])
        if said["sub"] != claims["sub"]:  # OpenID Connect Core 1.0, 5.3.2
            raise OAuth2Error("userinfo of somebody else")
        request.session[ID_TOKEN] = raw
        return self.get_provider().sociallogin_from_response(request, said)

    def _userinfo(self, access_token: str) -> str:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.profile_url, headers={"Authorization": f"Bearer {access_token}"})
            answer.raise_for_status()
        return answer.text

    def _verified(self, app, token: str, required: list[str]) -> dict:
        """The claims of a token that ProConnect signed for us."""
        # OpenID Connect Discovery 1.0, 4.3: whatever was found at this address speaks for this address alone.
        if (
            self.openid_config["issuer"].rstrip("/") != app.settings["server_url"]
        ):  # settings: without the last "/"
            raise OAuth2Error("issuer")
        try:
            wanted = jwt.get_unverified_header(token).get("kid")
            with get_adapter().get_requests_session() as session:
                answer = session.get(self.openid_config["jwks_uri"])
                answer.raise_for_status()
            keys = jwt.PyJWKSet.from_dict(answer.json()).keys
            key = next((one.key for one in keys if one.key_id == wanted), None)
            if key is None:
                raise OAuth2Error("unknown key")
            return jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                options={"require": [*required, "iss", "aud"]},
                leeway=30,
            )
        except (jwt.PyJWTError, ValueError, KeyError) as error:
            raise OAuth2Error(type(error).__name__) from error
