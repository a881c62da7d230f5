"""What a request may leave in memory or on the disk, whatever it sends."""

from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload

from files.signatures import MAX_BYTES, MAX_FILES
from foundation.disk import has_room

MAX_KEPT = MAX_FILES * MAX_BYTES + 1024 * 1024
CUT_OFF = 300 * 1024 * 1024  # a longer body is not even read to its end


class QuotaUploadHandler(FileUploadHandler):
    """Cuts a file one byte past the limit, enough for files.store to say that it is too big, and stops at MAX_KEPT.

    After a stop `request.upload_stopped` is True: the rest of the body was read and dropped. Files for which the disk
    has no room are dropped one and all: then `request.no_room` is True.
    """

    _kept = 0

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        self._cut_off = content_length > CUT_OFF
        # Of a body of words alone nothing lies on the disk; what holds a file may be as long as all of it.
        self._room = has_room(content_length)

    def new_file(self, *arguments, **more):
        super().new_file(*arguments, **more)
        if not self._room and self.file_name:
            self.request.no_room = True  # enact_portal.outage says so; the words are read all the same
            raise SkipFile

    def receive_data_chunk(self, raw_data, start):
        allowed = raw_data[: max(0, MAX_BYTES + 1 - start)]
        self._kept += len(allowed)
        if self._kept > MAX_KEPT:
            self.request.upload_stopped = True
            raise StopUpload(connection_reset=self._cut_off)
        return allowed or None

    def file_complete(self, file_size):
        return None  # the next handler has the file
