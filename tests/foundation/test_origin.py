import threading

import pytest

from foundation import origin
from foundation.errors import Conflict, Invalid, Refused
from foundation.origin import Origin, acting, current, fingerprint


def test_outside_everything_the_origin_is_empty():
    assert current() == Origin(request_id="", channel="command", ip=None, session="")


def test_origin_is_that_of_the_innermost_work_and_goes_with_it():
    with acting("page", ip="192.0.2.1") as outer:
        assert current() == Origin(request_id=outer, channel="page", ip="192.0.2.1")
        with acting("task", request_id="given") as inner:
            assert (inner, current().channel) == ("given", "task")
        assert current().request_id == outer
    assert current() == Origin()


def test_origin_ends_with_an_exception():
    with pytest.raises(ZeroDivisionError), acting("api"):
        raise ZeroDivisionError
    assert current() == Origin()


def test_threads_do_not_see_each_other():
    seen = []
    with acting("page"):
        thread = threading.Thread(target=lambda: seen.append(current()))
        thread.start()
        thread.join()
    assert seen == [Origin()]


def test_session_is_asked_for_late_and_shown_as_a_fingerprint():
    keys = ["first"]
    with acting("page", session_key=lambda: keys[-1]):
        before = current().session
        keys.append("second")
        after = current().session
    assert before != after == fingerprint("second")
    assert len(after) == 16
    assert "second" not in after
    assert fingerprint(None) == fingerprint("") == ""


def test_request_ids_are_128_bits_and_differ():
    ids = {origin.new_request_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(len(bytes.fromhex(request_id)) == 16 for request_id in ids)


# --- refusals -------------------------------------------------------------------------------------------------------


def test_refusal_reads_as_its_sentence():
    assert (str(Refused("The last seat has just gone.")), Refused("x").code) == (
        "The last seat has just gone.",
        "refused",
    )
    assert (Conflict("x").code, Refused("x", code="own").code) == ("conflict", "own")
    assert isinstance(Conflict("x"), Refused)


def test_invalid_says_what_is_wrong_field_by_field():
    refusal = Invalid("Two things are wrong.", errors={"weight": ["Too heavy."], "": ("And it rains.",)})
    assert refusal.errors == {"weight": ["Too heavy."], "": ["And it rains."]}
    assert Invalid("x").errors == {}


def test_refusal_is_translated_when_it_is_read(settings, monkeypatch):
    from django.utils import translation
    from django.utils.translation import gettext_lazy

    settings.USE_I18N = True  # off while there is one language; Django chooses once, so it is made to choose again
    monkeypatch.setattr(translation, "_trans", type(translation._trans)())  # type: ignore[attr-defined]
    refusal = Invalid("x", errors={"name": [gettext_lazy("This field is required.")]})
    lazy = Refused(gettext_lazy("This field is required."))
    with translation.override("de"):
        assert str(lazy) == refusal.errors["name"][0] == "Dieses Feld ist zwingend erforderlich."
    with translation.override("en"):
        assert str(lazy) == "This field is required."
