"""Named points between durable effects where a test can stop the process: no-ops unless ENACT_FAILPOINT names them.

ENACT_FAILPOINT=name[,name] ends the whole process group by SIGKILL the first time such a point is passed;
ENACT_FAILPOINT_MARK=path: path.name is created first, so that restarted processes go on. It arms and disarms while
the process runs: a point whose file is there is passed, one whose file is taken away kills again.
"""

import os
import signal
from pathlib import Path

DECLARED = frozenset(
    {
        "submit.before_commit",
        "submit.after_commit",
        "job.claimed",
        "job.before_finish",
        "job.after_finish",
        "message.before_smtp",
        "message.after_smtp",
        "pdf.rendered",
        "pdf.file_written",
        "pdf.variant_written",
        "match.computed",
        "export.half_written",
        "export.file_written",
        "upload.file_written",
        "offers.half_written",
        "offers.before_commit",
        "import.before_commit",
        "scan.answered",
        "scan.before_unlink",
        "move.before_commit",
        "post.before_commit",
        "colleague.before_commit",
        "erase.before_commit",
        "erase.after_commit",
        "members.before_commit",
        "organisation.before_commit",
    }
)
_ARMED = frozenset(filter(None, os.environ.get("ENACT_FAILPOINT", "").split(",")))
_MARK = os.environ.get("ENACT_FAILPOINT_MARK", "")


def failpoint(name: str) -> None:
    """Stop here if armed. `name` must be DECLARED (a test compares the code with the list)."""
    if name not in _ARMED:
        return
    if _MARK:
        try:
            Path(f"{_MARK}.{name}").touch(exist_ok=False)
        except FileExistsError:
            return
    os.killpg(0, signal.SIGKILL)
