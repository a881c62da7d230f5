"""What the packages under accounts hold about somebody: see foundation.privacy."""

from foundation.privacy import OnErase, impersonal, personal

sign_in = {"purpose": "proving who signs in", "basis": "contract", "on_erase": OnErase.DELETE}
personal("account.EmailAddress", "email", **sign_in, account="user")
personal("account.EmailConfirmation", "key", **sign_in, account="email_address__user")
personal("socialaccount.SocialAccount", "provider uid extra_data", **sign_in, account="user")
personal("socialaccount.SocialToken", "token token_secret", **sign_in, account="account__user")
personal("mfa.Authenticator", "type data", **sign_in, account="user")
personal(
    "usersessions.UserSession",
    "ip user_agent session_key data",
    purpose="where somebody is signed in",
    basis="legitimate interest",
    on_erase=OnErase.DELETE,
    days=1,
    account="user",
    ended_by="sessions.forget",
)
impersonal(
    "socialaccount.SocialApp",
    "provider provider_id name client_id secret key settings",
    why="how the portal is known at a provider",
)
impersonal("auth.Permission", "name codename", why="Django's own codes")
impersonal("auth.Group", "name", why="Django's own codes, unused")
impersonal("contenttypes.ContentType", "app_label model", why="names of models")
