"""Addresses of signing in: those of allauth's pages that we use, and our own. What is not listed does not exist.

Nobody signs up, manages addresses or links accounts by hand here, so allauth's pages for that are left out. The names
are allauth's, because its views lead to each other by name.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as social
from django.urls import path, re_path
from django.views.generic.base import RedirectView

from people.views import account as views
from people.views import tokens

to_security = RedirectView.as_view(pattern_name="account_security")

urlpatterns = [
    path("", to_security, name="account_index"),
    path("security/", views.security, name="account_security"),
    # In and out
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("invitation/", views.invitation, name="account_invitation"),
    path("invitation/<str:key>/<str:token>/", views.invitation_link, name="account_invitation_link"),
    path("confirm-address/", account.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^confirm-address/(?P<key>[-:\w]+)/$", account.confirm_email, name="account_confirm_email"),
    # Passwords
    path("password/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/forgotten/", views.reset_password, name="account_reset_password"),
    path("password/forgotten/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/new/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    # Second factors
    path("second-factor/", mfa.authenticate, name="mfa_authenticate"),
    path("second-factor/again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/set-up/", views.second_factor_setup, name="second_factor_setup"),
    path("second-factor/all/", to_security, name="mfa_index"),
    path("second-factor/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("second-factor/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-factor/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("second-factor/codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("passkeys/", to_security, name="mfa_list_webauthn"),
    path("passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("passkeys/again/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("passkeys/sign-in/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("passkeys/<int:pk>/name/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    # Single sign-on
    path("sso/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("sso/<slug:provider_id>/", views.sign_on, name="openid_connect_login"),
    path("sso/<slug:provider_id>/return/", views.sign_on_return, name="openid_connect_callback"),
    # Sessions and API tokens
    path("sessions/end/", views.sessions_end, name="account_sessions_end"),
    path("sessions/<int:pk>/end/", views.session_end, name="account_session_end"),
    path("tokens/add/", tokens.token_add, name="account_token_add"),
    path("tokens/<int:pk>/revoke/", tokens.token_revoke, name="account_token_revoke"),
]
