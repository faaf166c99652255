"""Facts that recognition announces, past tense."""

from django.dispatch import Signal

recognised = Signal()  # recognition, at
withdrawn = Signal()  # recognition, at: its giver took it back
hidden = Signal()  # case, at: something was reported, and is hidden
decided = Signal()  # case, restored, at
appealed = Signal()  # case, at
answered = Signal()  # case, restored, at
mentioned = Signal()  # recognition, comment or None, people (keys), at
commented = Signal()  # comment, at
asked_what_was_completed = Signal()  # people (rows), since: answered with person key, day and title
praise_entered = Signal()  # praise, at: a customer's words wait to be checked
praise_checked = Signal()  # praise, at: a steward decided what becomes of them
round_published = Signal()  # round_, at: everybody can see a round of an award, and nominate on its days
round_cancelled = Signal()  # round_, at: it is not awarded
judging_began = Signal()  # round_, at: nominating is over everywhere
judge_appointed = Signal()  # judge, at
award_revealed = Signal()  # round_, at: all ballots are in, or a tie was decided
award_approved = Signal()  # round_, at
award_announced = Signal()  # round_, at: from now on winners are told of, as far as they wish
idea_proposed = Signal()  # idea, at
idea_answered = Signal()  # idea, answer, at: for the first time, or amended
idea_done = Signal()  # idea, at
idea_closed = Signal()  # idea, reason ("withdrawn", "removed"), at: nobody need answer it any more
pulse_opened = Signal()  # pulse, at: of this month; people can answer on its days
