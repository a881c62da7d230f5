"""Named points between durable effects where a test can stop the process: no-ops unless one is armed.

ENACT_FAILPOINT=name[,name] ends the whole process group by SIGKILL the first time such a point is passed;
ENACT_FAILPOINT_MARK=path: path.name is created first, so that restarted processes go on. It arms and disarms while
the process runs: a point whose file is there is passed, one whose file is taken away kills again.

Every one of them is visited by tests/process/crashing.py on both stacks, and tests/foundation/test_failpoints.py
refuses a durable call on the paths of a case that stands without one (docs/decisions/0049-faults.md).
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path

DECLARED = frozenset(
    {
        # a submission
        "submit.claimed",
        "submit.inserted",
        "submit.before_commit",
        "submit.linked",
        "submit.after_commit",
        "draft.before_commit",
        # the chain of a case, and every move
        "event.recorded",
        "event.reacted",
        "move.written",
        "move.before_commit",
        # owed work, its hints, its sweep
        "job.owed",
        "job.claimed",
        "job.before_finish",
        "job.marked_done",
        "job.before_commit",
        "job.after_finish",
        "job.failed",
        "job.given_up",
        "hint.before_send",
        "hint.sent",
        "sweep.sent",
        # mails
        "message.owed",
        "message.before_smtp",
        "message.after_smtp",
        "message.settled",
        # files
        "disk.half_written",
        "disk.renamed",
        "upload.file_written",
        "upload.before_commit",
        "remove.before_unlink",
        "orphan.before_unlink",
        "scan.answered",
        "scan.before_unlink",
        # triage
        "match.computed",
        "match.stored",
        "match.owed",
        "qualify.written",
        "qualify.before_commit",
        "ask.one_asked",
        "ask.before_commit",
        "answer.before_commit",
        "post.before_commit",
        "colleague.before_commit",
        # proposals
        "proposal.before_commit",
        "freeze.version_made",
        "freeze.before_commit",
        "pdf.rendered",
        "pdf.file_written",
        "pdf.stored",
        "pdf.variant_written",
        "pdf.variant_stored",
        "agree.before_commit",
        "accept.before_commit",
        # the clock
        "clock.unmarked",
        "clock.before_commit",
        # erasure
        "erase.others_told",
        "erase.held",
        "erase.before_commit",
        "erase.after_commit",
        "erase.before_unlink",
        # catalogue, partners, exports
        "export.half_written",
        "export.file_written",
        "offers.half_written",
        "offers.before_commit",
        "import.before_commit",
        "members.before_commit",
        "organisation.before_commit",
    }
)
_MARK = os.environ.get("ENACT_FAILPOINT_MARK", "")


def _kill(name: str) -> None:
    if _MARK:
        try:
            Path(f"{_MARK}.{name}").touch(exist_ok=False)
        except FileExistsError:
            return
    os.killpg(0, signal.SIGKILL)


_armed: dict[str, Callable[[str], None]] = dict.fromkeys(
    filter(None, os.environ.get("ENACT_FAILPOINT", "").split(",")), _kill
)


def failpoint(name: str) -> None:
    """Stop here if armed. `name` must be DECLARED (a test compares the code with the list)."""
    if name in _armed:
        _armed[name](name)


def arm(*names: str, act: Callable[[str], None] = _kill) -> None:
    """From now on these points, and no others, do `act(name)` in this process: for the driver of the tests."""
    _armed.clear()
    _armed.update(dict.fromkeys(names, act))
