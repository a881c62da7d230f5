"""Orders of effects that lose or halve something when a process is killed: the driver must say so of each."""

from foundation import failpoints


def _mark_then_send() -> None:
    """A wrong order: the mail is said to have left before it does."""
    from journal import jobs, messages
    from journal.models import Message

    def send(payload: dict):
        rows = Message.objects.filter(pk=payload["message"], status=Message.OWED)
        if (message := rows.first()) is None:
            return None
        mail = messages.render(message)
        rows.update(status=Message.SENT)
        failpoints.failpoint("message.before_smtp")
        if mail is not None:
            mail.send()
        return None

    jobs.HANDLERS["message.send"] = send


def _commit_in_pieces() -> None:
    """No transaction around a submission."""
    from contextlib import nullcontext
    from types import SimpleNamespace

    from intake import drafts, submission

    torn = SimpleNamespace(atomic=lambda **_more: nullcontext())
    drafts.transaction = submission.transaction = torn


def _row_before_bytes() -> None:
    """A file's row is written before its bytes are on the disk."""
    from files import store

    def receive(upload, case, *, subject=None):
        row = store.StoredFile(case=case, name=upload.name, kind="text", state="unscanned", size=upload.size)
        row.sha256 = store._digest(upload.file)
        row.save(force_insert=True)
        failpoints.failpoint("upload.file_written")
        store.write_durably(row.path, upload.chunks())
        return row

    store.receive = receive


BREAKING = {
    "mark_then_send": (_mark_then_send, "message.before_smtp"),
    "commit_in_pieces": (_commit_in_pieces, "submit.claimed"),
    "row_before_bytes": (_row_before_bytes, "upload.file_written"),
}
