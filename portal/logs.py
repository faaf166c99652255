"""What the log must not hold: addresses that are a key by themselves."""

import logging
import re

# Django logs the path of whatever it refuses; of a calendar's address (and one mistyped may be nearly right) no log
# keeps more than that it was one.
_CALENDAR = re.compile(r"(?<!/notices)(/calendar/)[^\s\"'<>]+")


class DiscreetFormatter(logging.Formatter):
    """Leaves secrets out of each line, tracebacks included, whoever wrote it."""

    def format(self, record: logging.LogRecord) -> str:
        return _CALENDAR.sub(r"\1…", super().format(record))
