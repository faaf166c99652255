"""Forms of signing in. allauth's own where it has one, asking for a new password once: it can be shown while typing."""

from typing import Any

from allauth.account import forms as allauth
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from foundation.text import clean_line
from people.models import Person, TokenScope, normal_email

PASSWORD_HELP = _(
    "At least 12 characters, any kind. Three or four unrelated words are easy to remember and hard to guess."
)


def _new_password(label: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password", "data-reveal": ""})
    return forms.CharField(label=label, strip=False, widget=widget, help_text=PASSWORD_HELP)


class LoginForm(allauth.LoginForm):
    """Labels instead of placeholders, and the name by which password managers know the address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs = {"type": "email", "autocomplete": "username", "autofocus": True}
        self.fields["password"].widget.attrs = {"autocomplete": "current-password", "data-reveal": ""}


class ReauthenticateForm(allauth.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].widget.attrs = {
            "autocomplete": "current-password",
            "data-reveal": "",
            "autofocus": True,
        }


class _Code(forms.Form):
    """A code of digits, for a telephone's number pad."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs = {
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "autofocus": True,
            "maxlength": 20,
        }


class AuthenticateForm(_Code, mfa.AuthenticateForm):
    pass


class ReauthenticateByCodeForm(_Code, mfa.ReauthenticateForm):
    pass


class ActivateAppForm(_Code, totp.ActivateTOTPForm):
    pass


class _Once(forms.Form):
    """Takes away allauth's second field for the same password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        self.fields["password1"].help_text = PASSWORD_HELP
        self.fields["password1"].label = _("New password")
        self.fields["password1"].widget.attrs = {"autocomplete": "new-password", "data-reveal": ""}


class SetPasswordForm(_Once, allauth.SetPasswordForm):
    pass


class ResetPasswordKeyForm(_Once, allauth.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(_Once, allauth.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Present password")
        self.fields["oldpassword"].help_text = ""
        self.fields["oldpassword"].widget.attrs = {"autocomplete": "current-password", "data-reveal": ""}


class JoinForm(forms.Form):
    """The first password of somebody who was invited."""

    password = _new_password(_("Choose a password"))

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password


class ResetRequestForm(forms.Form):
    """Only the address. Whether it is known is not looked up here, so that no answer and no delay can tell."""

    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )

    def clean_email(self) -> str:
        return normal_email(self.cleaned_data["email"])


class TokenForm(forms.Form):
    """What a new API token is called, may do, and how long."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("What will use it, such as “payroll sync”."))
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=TokenScope.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than you may do yourself. Choose as little as it needs."),
    )
    days = forms.TypedChoiceField(
        label=_("It ends after"),
        coerce=int,
        initial="90",
        choices=[("30", _("30 days")), ("90", _("90 days")), ("180", _("180 days")), ("365", _("1 year"))],
    )

    def clean_name(self) -> str:
        return clean_line(self.cleaned_data["name"])
