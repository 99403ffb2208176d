"""What a browser sends of a new passkey."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, LoginWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.actions.login_refusals import refuse_login

# What allauth and fido2 raise over something that is no answer of a passkey at all.
NO_ANSWER = (KeyError, TypeError, ValueError, AttributeError)


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A name, and the answer of the passkey to our challenge; always one that logs in without a password."""

    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("By which you know it again, like “Tablet of room 2”.")
    )
    passwordless = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, user: Any) -> None:
        super().__init__({**data.dict(), "passwordless": "on"} if data is not None else None, user=user)
        self.initial["name"] = ""
        self.initial["passwordless"] = True

    def clean_name(self) -> str:
        return str(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        told = _("The passkey was not made. Press “Add passkey” again.")
        try:
            return dict(super().clean())
        except (forms.ValidationError, *NO_ANSWER):
            raise forms.ValidationError(told, code="not_made") from None


class PasskeyLoginForm(LoginWebAuthnForm):  # type: ignore[misc]
    """The answer of a passkey to the challenge of a login; named in MFA_FORMS."""

    def clean_credential(self) -> Any:
        """The same words for a passkey that is unknown and for one of somebody who left."""
        try:
            found = super().clean_credential()
            if not found.user.is_active:
                raise forms.ValidationError("", code="left")
            return found
        except (forms.ValidationError, *NO_ANSWER):
            refuse_login(means="passkey", code="passkey")
            raise forms.ValidationError(_("That passkey is not known here. Log in with your password.")) from None


class PasskeyCodeForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The answer of a passkey after the password, instead of a code."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()
        except NO_ANSWER:
            raise forms.ValidationError("", code="no_answer") from None
