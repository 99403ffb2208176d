from datetime import date

from django import forms
from django.http import QueryDict

from clinic.forms.conflicts import Difference, VersionedForm, differences, renewed


class Shoe(VersionedForm):
    name = forms.CharField(label="Name")
    made_on = forms.DateField(label="Made", input_formats=["%d/%m/%Y", "%d %b %Y"])
    sizes = forms.MultipleChoiceField(label="Sizes", choices=[("s", "small"), ("l", "large")], required=False)


STORED = {"version": 3, "name": "Boot", "made_on": date(2026, 1, 5), "sizes": ["s", "l"]}


def test_only_what_differs_in_what_it_means_and_in_words() -> None:
    typed = Shoe(QueryDict("version=1&name=Clog&made_on=5 Jan 2026&sizes=l"), initial=STORED)
    assert differences(typed) == [
        Difference("Name", "Boot", "Clog", "name"),
        Difference("Sizes", "small, large", "large", "sizes"),
    ]


def test_an_empty_entry_differs_from_a_full_one() -> None:
    typed = Shoe(QueryDict("version=1&name=&made_on=5 Jan 2026&sizes=s&sizes=l"), initial=STORED)
    assert differences(typed) == [Difference("Name", "Boot", "", "name")]


def test_what_is_typed_is_over_the_newest_version_and_a_field_is_taken_over() -> None:
    posted, stored = QueryDict("version=1&name=Clog&sizes=l"), Shoe(initial=STORED)
    assert dict(renewed(posted, stored).lists()) == {"version": ["3"], "name": ["Clog"], "sizes": ["l"]}
    posted = QueryDict("version=1&name=Clog&sizes=l&take=sizes")
    assert renewed(posted, stored).getlist("sizes") == ["s", "l"]
    assert renewed(QueryDict("take=nobody"), stored)["version"] == "3"
