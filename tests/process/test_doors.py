"""What a company does without an account survives a web process killed in the middle: once or not at all, never twice.

One served portal for all of them: its only web worker is ended by SIGKILL where a failpoint says, the company tries
again, and again.
"""

import http.client
import json
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.files.scanners import CLAMD, MARK, clamd
from tests.process.conftest import free_port, own_stack
from tests.process.running import ROOT, Sink
from tests.process.test_portal import wait_for

pytestmark = [pytest.mark.process, pytest.mark.shows("R-02", "R-03")]
POINTS = (
    "submit.before_commit",
    "submit.after_commit",
    "move.before_commit",
    "upload.file_written",
    "post.before_commit",
    "colleague.before_commit",
    "erase.before_commit",
    "erase.after_commit",
)
SECRET = "a" * 32  # cookie and form say the same: all that the check against forged requests asks
NOTE = b"releve du four"


class Doors:
    """A served portal, and a process that looks at its rows."""

    def __init__(self, environment: dict, folder):
        self.environment, self.mark = environment, folder / "passed"
        self._log = (folder / "log").open("w")
        self._running = []
        for point in POINTS:
            self._mark(point).touch()  # nothing is armed yet

    def start(self):
        self._looking = self._start(
            "-m", "tests.process.doors", stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.ask("prepare")
        armed = {"ENACT_FAILPOINT": ",".join(POINTS), "ENACT_FAILPOINT_MARK": str(self.mark)}
        self._start("-m", "gunicorn", "--config=python:tests.process.served", stderr=self._log, more=armed)
        wait_for(self._answers, 60)

    def _start(self, *command, more=None, **streams):
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=self.environment | (more or {}), text=True, **streams
        )
        self._running.append(process)
        return process

    def _answers(self) -> bool:
        with suppress(OSError):
            return self.request("GET", "/health/live") == 200
        return False

    def _mark(self, point: str):
        return self.mark.with_name(f"{self.mark.name}.{point}")

    def ask(self, *question):
        self._looking.stdin.write(json.dumps(question) + "\n")
        self._looking.stdin.flush()
        return json.loads(self._looking.stdout.readline())

    def request(self, method: str, path: str, body=b"", headers=None) -> int | None:
        """The status of the answer; None when the server died over the question."""
        connection = http.client.HTTPConnection("127.0.0.1", int(self.environment["PORT"]), timeout=60)
        try:
            connection.request(method, path, body, headers or {})
            return connection.getresponse().status
        except (http.client.RemoteDisconnected, ConnectionResetError):
            return None
        finally:
            connection.close()

    def post(self, path: str, **fields) -> int | None:
        """A fresh file each time, as a browser reads it again from the disk."""
        sent = {
            name: SimpleUploadedFile("releve.txt", value) if isinstance(value, bytes) else value
            for name, value in fields.items()
        }
        return self.request(
            "POST",
            path,
            encode_multipart(BOUNDARY, {**sent, "csrfmiddlewaretoken": SECRET}),
            {"Content-Type": MULTIPART_CONTENT, "Cookie": f"{settings.CSRF_COOKIE_NAME}={SECRET}"},
        )

    def killed(self, point: str, path: str, **fields) -> None:
        """The same post, over which the web process dies at this point."""
        self._mark(point).unlink()
        assert self.post(path, **fields) is None
        assert self._mark(point).exists(), "killed at the point, and nowhere else"

    def alone(self, verb: str, *given: str, **changes: str):
        """A verb in a process of its own: its answer, None when it was killed."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.process.doors", verb, *given],
            cwd=ROOT, env=self.environment | changes, capture_output=True, text=True, timeout=60,
            start_new_session=True,
        )  # fmt: skip
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        return json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else None

    def stop(self):
        for process in self._running:
            process.terminate()
            process.communicate(timeout=30)
        self._log.close()


@pytest.fixture(scope="module")
def mails():
    sink = Sink()
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture(scope="module")
def doors(tmp_path_factory, mails):
    with own_stack(tmp_path_factory) as environment:
        folder = tmp_path_factory.mktemp("doors")
        doors = Doors(
            environment | {"ENACT_DEMO": "0", "EMAIL_URL": f"smtp://127.0.0.1:{mails.port}"}, folder
        )
        try:
            doors.start()
            yield doors
        finally:
            doors.stop()


def more(before: dict, **changes) -> dict:
    """What is held of a case after these changes; counts are added to."""
    after = dict(before)
    for name, value in changes.items():
        after[name] = dict(Counter(before[name]) + Counter(value)) if isinstance(value, dict) else value
    return after


def test_a_demand_killed_before_it_is_written_is_sent_by_the_next_click(doors):
    draft = SimpleNamespace(**doors.ask("draft", "avant"))
    path = f"/demande/{draft.token}/verifier/"
    before = doors.ask("told", draft.case)
    doors.killed("submit.before_commit", path, **draft.sent)
    assert doors.ask("told", draft.case) == before
    assert [doors.post(path, **draft.sent) for _twice in range(2)] == [303, 303]
    after = doors.ask("told", draft.case)
    assert after["irritants"] == 1 and len(after["sent"]) == 1
    assert (after["events"], after["mails"]) == ({"irritant.submitted": 1}, {"company_received": 1})


def test_a_demand_killed_once_written_is_not_written_again(doors):
    draft = SimpleNamespace(**doors.ask("draft", "apres"))
    path = f"/demande/{draft.token}/verifier/"
    doors.killed("submit.after_commit", path, **draft.sent)
    written = doors.ask("told", draft.case)
    assert (written["irritants"], written["links"], written["mails"]) == (1, 1, {"company_received": 1})
    assert doors.post(path, **draft.sent) == 303
    assert doors.ask("told", draft.case) == written


def test_a_file_whose_row_was_not_written_is_swept(doors):
    draft = SimpleNamespace(**doors.ask("draft", "fichier"))
    path, there = f"/demande/{draft.token}/documents/", doors.ask("disk")
    before = doors.ask("told", draft.case)
    doors.killed("upload.file_written", path, attachments=NOTE)
    assert (doors.ask("told", draft.case), doors.ask("disk")) == (before, there + 1)
    assert doors.post(path, attachments=NOTE) == 200
    assert doors.ask("sweep") == 1
    assert doors.ask("told", draft.case) == more(before, files=["releve.txt"])
    assert (doors.ask("disk"), doors.ask("missing")) == (there + 1, [])


def test_a_move_is_made_whole_or_not_at_all(doors):
    case = SimpleNamespace(**doors.ask("case", "retrait"))
    path, before = f"/suivi/{case.token}/retirer/", doors.ask("told", case.case)
    doors.killed("move.before_commit", path)
    assert doors.ask("told", case.case) == before
    assert [doors.post(path) for _twice in range(2)] == [303, 303]
    assert doors.ask("told", case.case) == more(
        before, stage="closed", events={"irritant.withdraw": 1}, mails={"company_withdrawn": 1}
    )


def test_somebody_leaves_a_team_whole_or_not_at_all(doors):
    """Membership, history and mail: killed before it commits there is nothing of it, the second time all of it."""
    partner = SimpleNamespace(**doors.ask("team", "depart"))
    before = doors.ask("team_told", partner.organisation)
    assert doors.alone("leave", partner.member, ENACT_FAILPOINT="members.before_commit") is None
    assert doors.ask("team_told", partner.organisation) == before == {"members": 2, "events": {}, "mails": {}}
    assert [doors.alone("leave", partner.member) for _twice in range(2)] == [{}, {}]
    left = {"members": 1, "events": {"membership.end": 1}, "mails": {"member_removed": 1}}
    assert doors.ask("team_told", partner.organisation) == left


def test_an_organisation_changes_whole_or_not_at_all(doors):
    """Columns, record and event: killed before it commits there is nothing, then all of it, and a repeat adds none."""
    organisation = doors.ask("team", "fiche")["organisation"]
    before = doors.ask("described", organisation)
    assert doors.alone("describe", organisation, ENACT_FAILPOINT="organisation.before_commit") is None
    assert doors.ask("described", organisation) == before == {"expertise": "", "records": 1, "events": []}
    said = [doors.alone("describe", organisation)["changed"] for _twice in range(2)]
    after = {"expertise": "Vibrations des machines.", "records": 2, "events": ["organisation.change"]}
    assert said == [True, False] and doors.ask("described", organisation) == after


def test_a_message_and_its_file_are_there_once_or_not_at_all(doors):
    case = SimpleNamespace(**doors.ask("case", "message"))
    path, before, there = f"/suivi/{case.token}/ecrire/", doors.ask("told", case.case), doors.ask("disk")
    said = {"text": "Deux ans de relevés.", "jeton": "un", "attachments": NOTE}
    doors.killed("post.before_commit", path, **said)
    assert doors.ask("told", case.case) == before, "not even the row of the file"
    assert [doors.post(path, **said) for _twice in range(2)] == [303, 303]
    assert doors.ask("sweep") == 1
    assert doors.ask("told", case.case) == more(
        before,
        posts=[["company", "Deux ans de relevés."]],
        files=["releve.txt"],
        unread=True,
        events={"irritant.message_in": 1},
    )
    assert (doors.ask("disk"), doors.ask("missing")) == (there + 1, [])


def test_an_answer_is_there_once_or_not_at_all(doors):
    case = SimpleNamespace(**doors.ask("case", "reponse"))
    doors.ask("ask", case.case)
    path, before, there = f"/suivi/{case.token}/repondre/", doors.ask("told", case.case), doors.ask("disk")
    said = {
        "site_postcode": "67000", "site_city": "Strasbourg", "text": "Voici.", "jeton": "un", "attachments": NOTE
    }  # fmt: skip
    doors.killed("post.before_commit", path, **said)
    assert doors.ask("told", case.case) == before
    assert [doors.post(path, **said) for _twice in range(2)] == [303, 303]
    assert doors.ask("sweep") == 1
    assert doors.ask("told", case.case) == more(
        before,
        stage="in_triage",
        place="67000",
        posts=[*before["posts"], ["company", "Voici."]],
        files=["releve.txt"],
        events={"irritant.answer": 1},
    )
    assert (doors.ask("disk"), doors.ask("missing")) == (there + 1, [])


def test_a_colleague_is_added_once_or_not_at_all(doors):
    case = SimpleNamespace(**doors.ask("case", "collegue"))
    path, before = f"/suivi/{case.token}/collegues/", doors.ask("told", case.case)
    who = {"name": "Alix Exemple", "email": "alix@exemple.example"}
    doors.killed("colleague.before_commit", path, **who)
    assert doors.ask("told", case.case) == before, "no link that nobody knows of either"
    assert [doors.post(path, **who) for _twice in range(2)] == [303, 303]
    assert doors.ask("told", case.case) == more(
        before,
        colleagues=["alix@exemple.example"],
        links=before["links"] + 1,
        events={"irritant.colleague_added": 1},
        mails={"company_colleague": 1},
    )


def test_an_erasure_can_be_asked_again_and_once_made_is_finished(doors):
    case = SimpleNamespace(**doors.ask("case", "oubli"))
    path, there = f"/suivi/{case.token}/effacer/", doors.ask("disk")
    assert doors.post(f"/suivi/{case.token}/ecrire/", text="À oublier.", jeton="un", attachments=NOTE) == 303
    before = doors.ask("told", case.case)
    doors.killed("erase.before_commit", path, sure="oui")
    assert doors.ask("told", case.case) == before and before["whole"]

    doors.killed("erase.after_commit", path, sure="oui")
    after = doors.ask("told", case.case)
    assert (after["erased"], after["stage"], after["posts"], after["files"]) == (
        True,
        "closed",
        [["company", ""]],
        [],
    )
    assert after["mails"] == {"company_erased": 1}
    assert doors.ask("disk") == there + 1, "the files go by a job that is owed"
    assert doors.post(path, sure="oui") == 404, "the link opens nothing any more"
    doors.ask("work")
    assert doors.ask("disk") == there
    assert doors.ask("told", case.case) == after
    assert doors.ask("sweep") == 0


@pytest.mark.skipif(CLAMD is None, reason="no clamd: install clamav-daemon")
def test_an_infected_file_is_condemned_whenever_its_worker_dies(doors, tmp_path):
    with clamd(tmp_path / "clamd", free_port()) as address:
        armed = {"CLAMD_URL": address, "ENACT_FAILPOINT_MARK": str(tmp_path / "passed")}
        file = doors.alone("receive", "note.txt", MARK.decode(), **armed)
        assert doors.ask("scanned", file) == ["pending", True]
        for minute, point, then in (
            ("0", "scan.answered", ["pending", True]),
            ("1", "scan.before_unlink", ["infected", True]),  # the first one's lease has run out
        ):
            assert doors.alone("work", minute, **armed, ENACT_FAILPOINT=point) is None
            assert doors.ask("scanned", file) == then
    assert doors.ask("sweep") == 1
    assert doors.ask("scanned", file) == ["infected", False]
    assert doors.ask("missing") == []


def test_every_mail_owed_by_then_left_once(doors, mails):
    done = doors.ask("work")
    assert done["owed"] == 0
    assert Counter(mails.accepted) == Counter(done["sent"])
