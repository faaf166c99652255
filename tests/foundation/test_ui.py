"""The components: what they say, what they escape, how they tie labels to controls."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET  # our own sprite, not a stranger's

import pytest
from django import forms
from django.conf import settings
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.forms import formset_factory
from django.http import HttpResponse
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import get_template
from django.test import RequestFactory
from django.urls import get_script_prefix, path, reverse, set_script_prefix
from django.utils import timezone
from django.utils.safestring import mark_safe

from foundation import charts, http
from foundation.templatetags import ui

pytestmark = pytest.mark.urls(__name__)
urlpatterns = [path("search/", lambda request: HttpResponse(), name="search")]

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
HOSTILE = "<script>alert('x')</script>\"&"


def render(source, *, at="/somewhere/", **values):
    request = RequestFactory().get(at)
    return Template("{% load ui %}" + source).render(Context({"request": request, "csrf_token": "token", **values}))


class Person:
    photo_url = ""

    def __init__(self, name, photo_url=""):
        self.name, self.photo_url = name, photo_url

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return "/people/7/"


# Escaping


@pytest.mark.parametrize(
    "source",
    [
        "{% badge x %}",
        "{% button x %}",
        '{% button "Copy" data_copy=x %}',
        '{% link_button x "/a" %}',
        '{% link_button "a" x %}',
        '{% post_button x "/a" name=x value=x %}',
        "{% person x meta=x %}",
        "{% person who %}",
        "{% avatar who %}",
        "{% crumb x %}",
        '{% tab x "/a" %}',
        '{% menu_link x "/a" %}',
        '{% menu_post x "/a" name=x value=x %}',
        "{% page_header x context=x %}{% endpage_header %}",
        "{% panel x id=x %}{{ x }}{% endpanel %}",
        "{% fact x %}{{ x }}{% endfact %}",
        "{% empty_state x text=x %}{{ x }}{% endempty_state %}",
        "{% stat x x detail=x %}",
        '{% work_item x "/a" meta=x %}{{ x }}{% endwork_item %}',
        '{% file_item x "/a" meta=x %}{{ x }}{% endfile_item %}',
        "{% timeline_item who=x %}{{ x }}{% endtimeline_item %}",
        "{% callout title=x %}{{ x }}{% endcallout %}",
        "{% disclosure x id=x %}{{ x }}{% enddisclosure %}",
        "{% menu x %}{% endmenu %}",
        "{% dialog x x %}{{ x }}{% enddialog %}",
        "{% secret x x hint=x %}",
        '{% confirm x x "/a" %}{{ x }}{% endconfirm %}',
        "{% table x %}{% th x sort=x %}{% td_select x label=x name=x %}{% endtable %}",
        '{% row_link x "/a" %}',
        '{% pager newer="?a" label=x %}',
        "{% board x %}{% board_column x limit=x %}{% endboard_column %}{% endboard %}",
        '{% board_card x "/a" %}{{ x }}{% endboard_card %}',
        "{% score_scale x x anchors=many help=x error=x %}",
        "{% anchor_scale many %}",
        "{% meter 1 2 x %}",
        '{% icon "check" label=x %}',
        "{% fieldset x help=x %}{% endfieldset %}",
        "{% step x %}",
        "{% message_box message %}",
        "{% filters %}{{ x }}{% endfilters %}",
    ],
)
def test_text_that_a_user_typed_is_escaped_everywhere(source):
    href = "/" + HOSTILE
    message = Message(constants.INFO, HOSTILE)
    html = render(
        source, x=HOSTILE if '"a" x' not in source else href, who=Person(HOSTILE), many=[HOSTILE] * 5, message=message
    )
    assert "<script>" not in html
    assert "alert(" in html or "avatar" in html
    assert "alert('x')" not in re.sub(r">[^<]*<", "><", html)


def test_what_a_component_rendered_passes_into_another_unharmed():
    html = render('{% badge "Open" as state %}{% page_header "T" status=state %}{% button "Go" %}{% endpage_header %}')
    assert '<span class="badge tone-plain">Open</span>' in html
    assert '<button class="button button-plain" type="submit"><span>Go</span></button>' in html


def test_every_component_of_a_chart_escapes_names():
    row = charts.ProfileRow(HOSTILE, [charts.Dot(HOSTILE, 4, "/a")], 4.0, 3.0, 5.0, href="/b")
    assert "<script>" not in render("{% chart figure %}", figure=charts.profile(HOSTILE, [row]))


# Misspellings fail


@pytest.mark.parametrize(
    "source",
    [
        '{% badge "a" tone="red" %}',
        '{% button "a" kind="blue" %}',
        '{% icon "chek" %}',
        '{% button "a" icon="chek" %}',
        '{% avatar "a" size="huge" %}',
        '{% step "a" state="finished" %}',
        '{% panel "a" tone="red" %}{% endpanel %}',
        '{% when None style="long" %}',
        '{% button "a" onclick="x" %}',
        '{% button "a" style="x" %}',
        "{% field form.title width='wide' %}",
    ],
)
def test_a_misspelt_argument_or_a_forbidden_attribute_is_refused(source):
    with pytest.raises(TemplateSyntaxError):
        render(source, form=SmallForm())


def test_a_score_outside_the_scale_is_refused():
    with pytest.raises(ValueError, match="1 to 5"):
        render("{% score 6 %}")


# Addresses and attributes


@pytest.mark.parametrize(
    ("target", "href"),
    [
        (Person("A"), "/people/7/"),
        ("/a/", "/a/"),
        ("?q=1", "?q=1"),
        ("#part", "#part"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("search", "/search/"),
    ],
)
def test_a_link_takes_an_object_an_address_or_a_name(target, href):
    assert f'href="{href}"' in render('{% link_button "a" target %}', target=target)


def test_further_keywords_become_attributes_and_empty_ones_stay_out():
    html = render('{% button "a" hx_post="/x" data_row=True disabled=False form="" title=None class_="b" %}')
    assert ' hx-post="/x" data-row class="b">' in html
    assert "disabled" not in html
    assert "title" not in html


def test_forms_of_components_carry_the_token():
    for source in (
        '{% post_button "a" "/x" %}',
        '{% menu_post "a" "/x" %}',
        '{% confirm "a" "b" "/x" %}{% endconfirm %}',
    ):
        html = render(source)
        assert 'method="post"' in html
        assert 'name="csrfmiddlewaretoken" value="token"' in html


# Icons


def test_sprite_and_list_of_icons_agree():
    sprite = ET.parse(Path(settings.BASE_DIR) / "static" / "icons.svg").getroot()  # noqa: S314
    assert {symbol.get("id") for symbol in sprite} == ui.ICONS


def test_icons_are_silent_unless_they_have_a_label():
    assert 'aria-hidden="true"' in render('{% icon "check" %}')
    assert 'role="img" aria-label="Done"' in render('{% icon "check" label="Done" %}')


@pytest.mark.parametrize("tone", ["info", "success", "warning", "danger"])
def test_a_tone_never_speaks_by_colour_alone(tone):
    assert "<svg" in render("{% badge 'State' tone=tone %}", tone=tone)
    assert "<svg" in render("{% callout tone=tone %}x{% endcallout %}", tone=tone)


# People


def test_a_person_shows_photo_else_initials():
    assert 'src="/photo.webp" alt=""' in render("{% avatar who %}", who=Person("Asha Varga", "/photo.webp"))
    assert ">AV</span>" in render("{% avatar who %}", who=Person("Asha Varga"))


def test_somebody_unknown_gets_no_initials_and_no_link():
    html = render('{% person "Candidate 14" %}')
    assert "avatar-blind" in html
    assert "C1" not in html
    assert "<a" not in html


@pytest.mark.parametrize(
    ("source", "link"),
    [
        ("{% person who %}", "/people/7/"),
        ('{% person who href="/x/" %}', "/x/"),
        ('{% person who href="none" %}', None),
        ("{% person nobody %}", None),
    ],
)
def test_a_person_is_a_link_unless_told_otherwise(source, link):
    assert re.findall(r'href="(/[^"]*/)"', render(source, who=Person("Asha"), nobody=None)) == ([link] if link else [])


# Moments


@pytest.mark.parametrize(
    ("ahead", "text"),
    [
        (timedelta(seconds=10), "just now"),
        (timedelta(seconds=-44), "just now"),
        (timedelta(seconds=-50), "1 minute ago"),
        (timedelta(minutes=-59, seconds=-40), "1 hour ago"),
        (timedelta(hours=3), "in 3 hours"),
        (timedelta(hours=23, minutes=50), "in 1 day"),
        (timedelta(days=2), "in 2 days"),
        (timedelta(days=-29), "29 days ago"),
        (timedelta(days=-45), "2 months ago"),
        (timedelta(days=-400), "1 year ago"),
    ],
)
def test_a_moment_is_said_relative_in_the_largest_unit(ahead, text):
    assert f">{text}</time>" in render('{% when moment style="short" now=now %}', moment=NOW + ahead, now=NOW)


def test_a_moment_is_said_both_ways_in_the_readers_zone():
    with timezone.override("Europe/Warsaw"):
        html = render("{% when moment now=now %}", moment=NOW + timedelta(days=2), now=NOW)
    assert 'datetime="2026-11-26T15:00+01:00"' in html
    assert re.sub(r"<[^>]+>", "", html) == "in 2 days, Thu 26 Nov 15:00"


def test_the_year_is_said_when_it_is_another_one():
    assert "Tue 24 Nov 2026" not in render("{% when moment now=now %}", moment=NOW, now=NOW)
    assert "Wed 24 Nov 2027" in render("{% when moment now=now %}", moment=date(2027, 11, 24), now=NOW)


def test_the_year_is_the_readers_own_on_new_years_eve():
    eve = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    with timezone.override("Asia/Tokyo"):
        assert "Fri 1 Jan 08:30" in render("{% when moment now=now %}", moment=eve, now=eve)


@pytest.mark.parametrize(("days", "text"), [(0, "today"), (1, "tomorrow"), (-1, "yesterday"), (3, "in 3 days")])
def test_a_day_is_counted_in_days_of_the_reader(days, text):
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    with timezone.override("Europe/Warsaw"):
        html = render("{% when day now=now %}", day=date(2026, 11, 25) + timedelta(days=days), now=late)
    assert f">{text}</span>" in html


def test_no_moment_is_said_in_words():
    assert "never" in render("{% when None %}")
    assert "no due date" in render("{% due None %}")


@pytest.mark.parametrize(
    ("ahead", "state", "text"),
    [
        (timedelta(days=2, hours=3), "later", "due in 2 days, Thu 26 Nov 17:00"),
        (timedelta(hours=3), "soon", "due in 3 hours, Tue 24 Nov 17:00"),
        (timedelta(days=-3), "late", "overdue by 3 days, Sat 21 Nov 14:00"),
    ],
)
def test_what_is_due_says_how_urgent_it_is(ahead, state, text):
    html = render("{% due moment now=now %}", moment=NOW + ahead, now=NOW)
    assert f"due-{state}" in html
    assert re.sub(r"<[^>]+>", "", html) == text
    assert ("<svg" in html) is (state != "later")


def test_a_day_that_is_due_today_is_not_late():
    assert "due-soon" in render("{% due day now=now %}", day=NOW.date(), now=NOW)
    assert "overdue by 1 day" in render("{% due day now=now %}", day=NOW.date() - timedelta(days=1), now=NOW)


def test_what_is_done_is_no_longer_urgent():
    html = render("{% due moment done=True now=now %}", moment=NOW - timedelta(days=3), now=NOW)
    assert "overdue" not in html
    assert "Sat 21 Nov 14:00" in html


# Scores


@pytest.mark.parametrize("value", [None, 0])
def test_no_evidence_is_said_and_is_no_low_score(value):
    html = render("{% score value %}", value=value)
    assert "No evidence" in html
    assert "score-1" not in html


def test_a_score_carries_its_number_and_its_scale():
    html = render("{% score 4 %}")
    assert "score-4" in html
    assert re.sub(r"<[^>]+>", "", html) == "4 of 5"


def test_a_mean_comes_with_its_interval_and_its_count():
    html = render("{% mean_score 3.65 low=3.1 high=4.25 count=1 %}")
    assert re.sub(r"<[^>]+>", "", html) == "3.7 (3.1 to 4.3) 1 rating"
    assert "score-4" in html
    assert "No evidence" in render("{% mean_score None count=0 %}")


def test_score_scale_posts_one_to_five_and_no_evidence():
    html = render(
        '{% score_scale "rating-3" "Empathy" value=0 anchors=many %}', many=["one", "two", "three", "four", "five"]
    )
    assert re.findall(r'type="radio" id="rating-3-\d" name="rating-3" value="(\d)"( checked)?', html) == [
        ("1", ""),
        ("2", ""),
        ("3", ""),
        ("4", ""),
        ("5", ""),
        ("0", " checked"),
    ]
    assert "<legend" in html
    assert html.index("three") < html.index("four")


def test_score_scale_without_a_choice_has_none_checked():
    assert "checked" not in render('{% score_scale "a" "Empathy" %}')
    assert re.findall(r'value="(\d)" checked', render('{% score_scale "a" "Empathy" value="4" %}')) == ["4"]


def test_score_scale_ties_help_and_error_to_the_group():
    html = render('{% score_scale "a" "Empathy" help="Listen." error="Choose." %}')
    assert 'aria-describedby="a-help a-error"' in html
    assert 'id="a-help"' in html
    assert 'id="a-error"' in html


def test_anchors_may_come_by_score():
    html = render("{% anchor_scale many current=5 %}", many={"5": "best", 1: "least"})
    assert html.index("least") < html.index("best")
    assert html.count("anchor-current") == 1


@pytest.mark.parametrize(
    ("value", "maximum", "width"), [(2, 4, "50.0"), (9, 4, "100.0"), (-1, 4, "0.0"), (1, 0, "0.0")]
)
def test_a_meter_stays_within_itself(value, maximum, width):
    html = render('{% meter value maximum "Scorecards in" %}', value=value, maximum=maximum)
    assert f'class="meter-fill" width="{width}"' in html
    assert f'aria-label="Scorecards in: {value} of {maximum}"' in html


def test_counts_show_only_when_there_is_something():
    assert render("{% count_bubble 0 %}{% count_bubble None %}") == ""
    assert "1,200" in render("{% count_bubble 1200 %}")


# Tables


def test_a_sorting_head_keeps_filters_and_forgets_the_page():
    html = render('{% th "Name" sort="name" %}', at="/a/?team=3&after=xyz&sort=score")
    assert 'href="?team=3&amp;sort=name"' in html
    assert "aria-sort" not in html


@pytest.mark.parametrize(
    ("present", "following", "order"), [("name", "-name", "ascending"), ("-name", "name", "descending")]
)
def test_a_sorted_head_says_its_order_and_turns_it(present, following, order):
    html = render('{% th "Name" sort="name" %}', at=f"/a/?sort={present}")
    assert f'aria-sort="{order}"' in html
    assert f'href="?sort={following}"' in html


def test_a_table_has_a_name_and_its_boxes_have_one_each():
    html = render('{% table "People" %}{% th_select %}{% td_select 7 label="Asha" %}{% endtable %}')
    assert 'role="region" aria-label="People" tabindex="0"' in html
    assert '<input type="checkbox" name="selected" value="7">' in html
    assert "Select Asha" in html


def test_a_pager_turns_cursors_into_addresses_that_keep_the_filters():
    html = render('{% pager newer=None older="a:b" %}', at="/a/?q=x&after=old&sort=name")
    assert 'rel="next" href="?q=x&amp;sort=name&amp;after=a%3Ab"' in html
    assert 'rel="prev"' not in html
    assert 'href="?p=1"' in render('{% pager older="?p=1" %}')
    assert render('{% pager newer="" older=None %}') == ""


@pytest.mark.parametrize(("address", "clears"), [("/a/", False), ("/a/?sort=name&q=", False), ("/a/?q=x", True)])
def test_filters_offer_to_clear_what_is_set(address, clears):
    html = render("{% filters %}{% endfilters %}", at=address)
    assert ("Clear" in html) is clears
    assert ('name="sort" value="name"' in html) is ("sort" in address)


# Forms


class SmallForm(forms.Form):
    title = forms.CharField(label="Title", help_text="As it will be read.")
    seat = forms.ChoiceField(label="Seat", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    blind = forms.BooleanField(label="Blind", help_text="No names.")
    token = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        raise forms.ValidationError("These do not go together.")


def test_a_field_ties_label_help_and_error_to_its_control():
    html = render("{% field form.title %}", form=SmallForm({}))
    control = re.search(r"<input[^>]*>", html).group()
    assert 'aria-describedby="id_title_helptext id_title_error"' in control
    assert 'aria-invalid="true"' in control
    assert 'id="id_title"' in control
    assert '<label class="field-label" for="id_title">' in html
    assert 'id="id_title_helptext">As it will be read.' in html
    assert 'id="id_title_error"' in html


def test_a_field_without_error_says_nothing_of_errors():
    html = render("{% field form.title %}", form=SmallForm())
    assert "error" not in html
    assert "aria-invalid" not in html


def test_radio_buttons_are_a_group_with_a_legend():
    html = render("{% field form.seat %}", form=SmallForm({}))
    assert html.startswith("<fieldset")
    assert 'aria-describedby="id_seat_error"' in html
    assert "<legend" in html
    assert "aria-describedby" not in re.search(r"<input[^>]*>", html).group()


def test_a_tick_stands_before_its_label():
    html = render("{% field form.blind %}", form=SmallForm())
    assert html.index("<input") < html.index("<label")
    assert html.count("<label") == 1


def test_field_takes_words_of_the_page():
    html = render('{% field form.title label="Name" help="Short." optional=True suffix="people" %}', form=SmallForm())
    assert "Name" in html
    assert "Short." in html
    assert "As it will be read." not in html
    assert "(optional)" in html
    assert "people" in html


def test_a_blank_help_leaves_the_fields_own_out():
    html = render('{% field form.title help=" " %}', form=SmallForm())
    assert "helptext" not in html


def test_help_that_a_form_marked_safe_stays_markup():
    form = SmallForm()
    form.fields["title"].help_text = mark_safe("<ul><li>Twelve characters</li></ul>")
    assert "<li>Twelve characters</li>" in render("{% field form.title %}", form=form)


def test_fields_render_hidden_ones_without_label():
    html = render("{% fields form %}", form=SmallForm())
    assert html.startswith('<input type="hidden"')
    assert html.count('class="field') >= 3


def test_error_summary_links_every_error_to_its_field():
    html = render("{% error_summary form %}", form=SmallForm({}))
    links = dict(re.findall(r'<a href="#([^"]+)">([^<]+)</a>', html))
    assert links == {
        "id_title": "Title: This field is required.",
        "id_seat_0": "Seat: This field is required.",
        "id_blind": "Blind: This field is required.",
    }
    assert "<li>These do not go together.</li>" in html
    assert "Token: This field is required." in html


def test_every_target_of_the_error_summary_exists():
    form = SmallForm({})
    page = render("{% fields form %}", form=form)
    for target in re.findall(r'href="#([^"]+)"', render("{% error_summary form %}", form=form)):
        assert f'id="{target}"' in page


def test_error_summary_is_silent_when_all_is_well():
    assert render("{% error_summary form %}", form=forms.Form({})) == ""


def test_error_summary_takes_a_formset():
    rows = formset_factory(SmallForm)(
        {
            "form-TOTAL_FORMS": "1",
            "form-INITIAL_FORMS": "1",
            "form-0-title": "",
            "form-0-seat": "a",
            "form-0-blind": "on",
        }
    )
    assert 'href="#id_form-0-title"' in render("{% error_summary rows %}", rows=rows)


# Messages


@pytest.mark.parametrize(
    ("level", "tone"),
    [(constants.DEBUG, "plain"), (constants.SUCCESS, "success"), (constants.ERROR, "danger"), (99, "info")],
)
def test_messages_have_the_tone_of_their_level(level, tone):
    assert f'class="message tone-{tone}"' in render("{% message_box message %}", message=Message(level, "Done."))


# Layout


def items(*labels, phone=()):
    return [{"label": label, "url": f"/{label}/", "icon": "home", "phone": label in phone} for label in labels]


def test_the_bottom_bar_takes_the_first_four_or_the_marked_ones():
    rail = [{"label": "", "items": items("a", "b", "c")}, {"label": "x", "items": items("d", "e")}]
    source = "{% phone_items as handy %}{% for item in handy %}{{ item.label }}{% endfor %}"
    assert render(source, rail=rail) == "abcd"
    marked = [{"label": "", "items": items("a", "b", "c", phone="ac")}]
    assert render(source, rail=marked) == "ac"
    assert render(source) == ""


def test_an_address_that_does_not_exist_is_left_out():
    assert render('{% page_url "search" %}|{% page_url "no-such-page" %}') == "/search/|"
    assert render('{% page_url "no-such-page" "search" %}|{% page_url who %}', who=Person("A")) == "/search/|/people/7/"


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500", "503"])
def test_error_pages_need_no_context(name):
    html = get_template(f"{name}.html").render({})
    assert html.count("<h1>") == 1
    assert "<main" in html


# What the policy of content security forbids

FOLDER = Path(settings.BASE_DIR) / "templates"
# Mail carries its styles with it.
TEMPLATES = sorted(set(FOLDER.rglob("*.html")) - set(FOLDER.glob("mail/**/*.html")) - set(FOLDER.rglob("email/*.html")))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: str(template.relative_to(FOLDER)))
def test_templates_hold_nothing_inline(template):
    text = re.sub(r"{%.*?%}|{{.*?}}", "", template.read_text())
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|hx-on|javascript:", text)
    assert not re.search(r"<script(?![^>]*(\ssrc=|\stype=\"application/json\"))", text)


def test_raw_colours_stand_in_the_tokens_only():
    for sheet in (Path(settings.BASE_DIR) / "static" / "css").rglob("*.css"):
        if sheet.name != "tokens.css":
            assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*;)|oklch\(|rgba?\(|hsla?\(", sheet.read_text()), (
                sheet.name
            )


# Fragments


@pytest.mark.parametrize(
    ("headers", "part"),
    [
        ({}, False),
        ({"HX-Request": "true"}, True),
        ({"HX-Request": "true", "HX-Boosted": "true"}, False),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, False),
    ],
)
def test_fragment_gives_the_part_to_a_swap_and_the_page_to_others(headers, part, monkeypatch):
    asked = []

    def note(request, name, context, status):
        asked.append((name, context, status))
        return HttpResponse(status=status)

    monkeypatch.setattr(http, "render", note)
    request = RequestFactory().get("/", headers=headers)
    response = http.fragment(request, "a.html", "rows", {"n": 1}, status=422)
    assert asked == [("a.html#rows" if part else "a.html", {"n": 1}, 422)]
    assert response.headers["Vary"] == "HX-Request, HX-Boosted, HX-History-Restore-Request"


@pytest.mark.urls("portal.urls")
@pytest.mark.parametrize("prefix", ["/", "/hire/"])
def test_an_address_by_key_is_what_reverse_gives(prefix):
    before = get_script_prefix()
    set_script_prefix(prefix)
    try:
        for name in ("people:person-detail", "hiring:interview-detail", "hiring:file-download"):
            assert [http.address_of(name, pk) for pk in (7, 12)] == [reverse(name, args=[pk]) for pk in (7, 12)]
        assert http.address_of("hiring:kit-list") == reverse("hiring:kit-list")
    finally:
        set_script_prefix(before)


def test_a_person_like_object_is_enough():
    html = render("{% avatar who %}", who=SimpleNamespace(initials="Ab"))
    assert ">Ab</span>" in html
