"""Antivirus daemons for the tests: a real clamd with a signature of our own, and a socket that misbehaves."""

import os
import shutil
import socket
import socketserver
import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

CLAMD = shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
MARK = b"ENACT-TEST-SIGNATURE-b2f1"  # what our signature finds; harmless anywhere else
NAME = "Enact.Test-1"
_CONFIG = """
LocalSocket {folder}/clamd.sock
TCPSocket {port}
TCPAddr 127.0.0.1
DatabaseDirectory {folder}/signatures
PidFile {folder}/clamd.pid
LogFile {folder}/clamd.log
Foreground yes
MaxThreads 2
ConcurrentDatabaseReload no
"""


@contextmanager
def clamd(folder: Path, port: int):
    """A real clamd; its address as a unix socket. It knows one signature and downloads none."""
    signatures = folder / "signatures"
    signatures.mkdir(parents=True, exist_ok=True)
    (signatures / "enact.ndb").write_text(f"{NAME}:0:*:{MARK.hex()}\n")
    (folder / "clamd.conf").write_text(_CONFIG.format(folder=folder, port=port))
    with (folder / "clamd.out").open("wb") as out:
        process = subprocess.Popen(
            [CLAMD, "--config-file", str(folder / "clamd.conf")], stdout=out, stderr=subprocess.STDOUT
        )
    try:
        _until_it_listens(folder, process)
        yield f"unix://{folder}/clamd.sock"
    finally:
        process.terminate()
        process.wait(20)


def _until_it_listens(folder: Path, process) -> None:
    for _attempt in range(200):
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(folder / "clamd.sock"))
            except OSError:
                assert process.poll() is None, (folder / "clamd.out").read_text()
                time.sleep(0.1)
                continue
            return
    raise AssertionError((folder / "clamd.log").read_text())


@contextmanager
def impostor(reply: bytes, *, hang: float = 0, cut: bool = False):
    """A server that reads a little, waits, and says `reply` (or closes in the middle of the file); its address."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.recv(64)
            if cut:
                return
            self.request.settimeout(0.2)
            try:
                while not self.request.recv(65536).endswith(b"\0\0\0\0"):
                    pass
            except OSError:
                pass
            time.sleep(hang)
            with suppress(OSError):
                self.request.sendall(reply)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"tcp://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
