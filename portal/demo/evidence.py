"""What panellists of the demo wrote down, by competency: for a low, a middling and a high rating."""

EVIDENCE: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "empathy": (
        (
            "Said an upset caller “just needed the facts” and read out the policy twice.",
            "Could not say what the customer may have felt; moved straight to the refund form.",
        ),
        (
            "Named the caller's frustration, then went back to the script without checking.",
            "Said sorry and meant it, but only after the second complaint.",
        ),
        (
            "Noticed the guest's voice drop, stopped the form and asked what had happened that day.",
            "Told the widow she could take all the time she needed, and rang back the next morning.",
        ),
    ),
    "active-listening": (
        ("Interrupted twice in the story to give the fix.", "Answered a question that had not been asked."),
        ("Summed up once, at the end, and missed the second problem.", "Took notes; asked one clarifying question."),
        (
            "Played back the problem in the customer's words and found the real one behind it.",
            "Asked “what would a good ending look like for you?” and waited.",
        ),
    ),
    "ownership": (
        (
            "Passed the ticket on and did not hear of it again.",
            "“It was the warehouse's mistake, so they had to call.”",
        ),
        ("Followed up once, when reminded.", "Kept the case, but let the promised date slip without a word."),
        (
            "Gave the customer a direct number and rang every Friday until the part came.",
            "Took the case back from three departments and closed it in two days.",
        ),
    ),
    "composure": (
        ("Raised the voice too, then hung up; saw nothing wrong with it.", "Went to the back room for half an hour."),
        ("Stayed polite, but spoke faster and faster.", "Needed a colleague to take over, and said so in time."),
        (
            "Lowered the voice, named the next step and the time it would take, and kept to it.",
            "Twelve guests, one till down: greeted each in the queue and told them how long.",
        ),
    ),
    "recovery": (
        ("Offered a voucher before hearing the story.", "Explained why it could not have gone wrong."),
        ("Apologised and replaced it; never asked what else it had spoiled.", "Fixed it, did not check back."),
        (
            "Acknowledged, asked what else had gone wrong, agreed two options, rang a week later.",
            "Moved the guests at midnight, had the room checked, and changed the hand-over list after.",
        ),
    ),
    "plain-speech": (
        ("Answered in abbreviations that two of us did not know.", "Sounded read out: the same sentence three times."),
        ("Clear at first; slipped into jargon on the second answer.", "Short and correct, a little stiff."),
        (
            "Explained a DNS fault with a post office; the customer laughed and understood.",
            "Same words for us as for the customer, and no promise that was not kept.",
        ),
    ),
    "judgement-about-rules": (
        ("“Rules are rules”: sent a mother back for a receipt she could not have.", "Broke the limit and told nobody."),
        ("Asked the supervisor for everything over ten pounds.", "Bent the rule well, without writing down why."),
        (
            "Knew what the rule protects, waived the fee within the limit and noted the reason.",
            "Let the customer cancel without a fight, and reported the step that had trapped them.",
        ),
    ),
    "learning-from-mistakes": (
        ("Could not think of a mistake.", "Told of a mistake, all of it somebody else's."),
        ("Named a mistake and the fix; nothing changed after.", "Learnt it the second time."),
        (
            "Sent the wrong key to forty people, told all of them within the hour, built the check that stops it.",
            "Asked the customer what the mistake had cost and brought it to the team meeting.",
        ),
    ),
    "teamwork": (
        ("Speaks of colleagues as the ones who slow things down.", "Left at the bell with the queue standing."),
        ("Helps when asked.", "Shares tips, mostly with friends on the shift."),
        (
            "Took the worst calls for a week so that the new colleague could listen in.",
            "Wrote the hand-over that three shifts still use.",
        ),
    ),
    "the-basics": (
        (
            "Did not greet the person at the desk on the way in.",
            "No thanks, no name, eyes on the screen in the role play.",
        ),
        ("Polite throughout; forgot to say goodbye.", "Warm with us, short with the receptionist."),
        (
            "Thanked the guest by name and said sorry in the first sentence.",
            "Stood up, greeted, offered a seat: before the question was over.",
        ),
    ),
    "curiosity": (
        ("“Customers all want the same.”", "Asked no question in the role play."),
        ("Asked what for, not who for.", "Curious about the product, less about the person."),
        (
            "Found out that the stay was an anniversary, and why the window mattered.",
            "Asks two questions before every answer; found the need behind the wish.",
        ),
    ),
    "integrity": (
        ("Told the customer a delivery was lost to save time.", "Would have kept quiet about the till difference."),
        ("Owned up when asked.", "Honest, after some thought about who would notice."),
        (
            "Rang the customer about an overcharge nobody had noticed.",
            "Refused to book a sale that the customer had not understood, and lost the bonus.",
        ),
    ),
    "values-alignment": (
        ("Good service is “whatever hits the number”.", "Could not name a time service had mattered to them."),
        ("Agrees with our values; examples came from a book.", "One example of many, and a fitting one."),
        (
            "Gave up a good review to tell the truth about a delay.",
            "Every story ends with what the customer could do afterwards.",
        ),
    ),
    "culture-add": (
        ("Nothing we do not do already.", "Would do it as it was done before."),
        ("Brings a second language we need on nights.", "New ideas, untried so far."),
        (
            "Ran a deaf customers' line elsewhere; nobody here has.",
            "Started a customers' breakfast in the last shop and can show what came of it.",
        ),
    ),
}
OTHER = (
    ("Gave general statements, no example of their own.", "The example was somebody else's work."),
    ("A fair example with a thin ending.", "Did what was asked, and said why."),
    ("A clear example: what happened, what they did, what came of it.", "Two examples, both with the result."),
)


def words_for(competency: str, score: int, turn: int) -> str:
    """What a panellist heard, fitting the score; `turn` picks among the variants."""
    band = 0 if score <= 2 else 1 if score == 3 else 2
    variants = EVIDENCE.get(competency, OTHER)[band]
    return variants[turn % len(variants)]
