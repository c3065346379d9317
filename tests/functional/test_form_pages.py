"""Every form of the study, empty and filled in, in both languages: the pages hold together."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.sqlite  # pages do not depend on the database

FORMS = [("SCR", "IC"), ("SCR", "DM"), ("SCR", "LBH"), ("D0", "INF"), ("D0", "VS"), ("LOG", "AE")]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("event", "form"), FORMS)
def test_a_form_to_fill_in(client_request, vital_signs, event, form, language):
    client_request.sign_in("wang.li")
    client_request.speak(language)
    place = {"subject": vital_signs[0].subject, "event": event, "event_no": 1, "form": form}

    client_request.get("records.page", repeat=1, **place)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("who", ["wang.li", "chen.jing"])
def test_a_form_that_was_filled_in(client_request, vital_signs, who, language):
    client_request.sign_in(who)
    client_request.speak(language)
    place = {"subject": vital_signs[0].subject, "event": "SCR", "event_no": 1, "form": "VS"}

    client_request.get("records.page", repeat=1, **place)
    client_request.get("records.trail_of", repeat=1, **place)
