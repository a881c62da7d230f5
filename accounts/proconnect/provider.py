"""allauth's OpenID Connect with what ProConnect asks beyond it: long `state`, a `nonce`, no unknown parameter, signed
userinfo; and what we want: identity is `sub`, the e-mail address only says where a code goes.
"""

from allauth.account.models import EmailAddress
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.base import ProviderAccount
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.http import HttpResponseRedirect
from requests import RequestException

from accounts.proconnect.adapter import ProConnectOAuth2Adapter, nonce_of


class ProConnectAccount(ProviderAccount):
    def to_str(self):
        return self.account.get_provider().name


class ProConnectProvider(OpenIDConnectProvider):
    id = "proconnect"
    name = "ProConnect"
    account_class = ProConnectAccount
    oauth2_adapter_class = ProConnectOAuth2Adapter
    supports_token_authentication = False

    def get_login_url(self, request, **kwargs):
        return super(OpenIDConnectProvider, self).get_login_url(request, **kwargs)

    def get_callback_url(self):
        return super(OpenIDConnectProvider, self).get_callback_url()

    def redirect(self, request, process, next_url=None, data=None, **_from_the_address):
        """To the provider, with our scopes and parameters whatever the visitor put into the address."""
        pkce = generate_code_challenge() if self.app.settings.get("pkce") else {}
        adapter = self.get_oauth2_adapter(request)
        try:
            client = adapter.get_client(request, self.app)
            authorize_url = adapter.authorize_url
        except (RequestException, ValueError, KeyError) as error:  # down, or not what it says it is
            return render_authentication_error(request, self, exception=error)
        client.state = self.stash_redirect_state(
            request, "login", next_url, data, pkce_code_verifier=pkce.pop("code_verifier", None)
        )
        parameters = {"nonce": nonce_of(client.state), **self.app.settings.get("auth_params", {}), **pkce}
        return HttpResponseRedirect(
            client.get_redirect_url(authorize_url, self.app.settings["scope"], parameters)
        )

    def extract_uid(self, data):
        return str(data["sub"])

    def extract_extra_data(self, data):
        return {}  # nothing of what the State says of a person is kept but `sub`

    def extract_common_fields(self, data):
        parts = (data.get("given_name"), data.get("usual_name") or data.get("family_name"))
        return {"email": data.get("email"), "name": " ".join(part for part in parts if part)}

    def extract_email_addresses(self, data):
        """Never verified: the identity provider's directory wrote it, nobody has shown to read its mailbox."""
        email = data.get("email")
        return [EmailAddress(email=email, verified=False, primary=True)] if email else []


provider_classes = [ProConnectProvider]
