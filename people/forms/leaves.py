"""What is typed about leave."""

from django import forms
from django.utils.translation import gettext_lazy as _

DAY = {"type": "date"}


class LeaveForm(forms.Form):
    from_on = forms.DateField(label=_("First day away"), widget=forms.DateInput(attrs=DAY))
    until_on = forms.DateField(label=_("Last day away"), widget=forms.DateInput(attrs=DAY))


class LeaveEndForm(forms.Form):
    until_on = forms.DateField(label=_("Last day away"), widget=forms.DateInput(attrs=DAY))
