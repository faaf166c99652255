"""Places where a test of faults may end or freeze this very process: tests/faults. Pure, and inert by default.

Only the environment that the process was started in can arm one (RAPPORT_FAULT, which production refuses), so no
request, message or row can.
"""

import os
import signal

_place, _act, _turn = (*os.environ.get("RAPPORT_FAULT", "").split(":"), "", "")[:3]
_reached = 0


def reached(place: str) -> None:
    """Nothing, unless RAPPORT_FAULT says `place:act:n` and this is the n-th time that this process gets here.

    Acts: `kill` (-9) and `stop` the process, `killall` its whole process group.
    """
    global _reached  # noqa: PLW0603 (one counter for the life of the process)
    if place != _place:
        return
    _reached += 1
    if _reached == int(_turn):
        if _act == "killall":
            os.killpg(os.getpgrp(), signal.SIGKILL)
        os.kill(os.getpid(), {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}[_act])
