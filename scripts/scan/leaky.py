"""A server with the faults that the scanners look for, for this machine alone: their positive control.

python -m scripts.scan.leaky PORT
"""

import sqlite3
import sys
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, make_server

_database = sqlite3.connect(":memory:")
_database.execute("CREATE TABLE things (id INTEGER, name TEXT)")
_database.executemany("INSERT INTO things VALUES (?, ?)", [(1, "press"), (2, "furnace")])

PAGE = "<!doctype html><title>leaky</title><p>{}</p><a href='/item?id=1'>item</a> <a href='/said?q=word'>said</a>"


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments):
        """Nothing: thousands of requests."""


def application(environ, start_response):
    asked = parse_qs(environ["QUERY_STRING"])
    status, said = "200 OK", "hello"
    if environ["PATH_INFO"] == "/item":
        try:
            statement = f"SELECT name FROM things WHERE id = {asked.get('id', ['0'])[0]}"  # nosec B608
            said = str(_database.execute(statement).fetchall())
        except sqlite3.Error as error:
            status, said = "500 Internal Server Error", f"sqlite3.OperationalError: {error}"
    elif environ["PATH_INFO"] == "/said":
        said = asked.get("q", [""])[0]
    elif environ["PATH_INFO"] == "/health/live":
        said = "ok"
    start_response(status, [("Content-Type", "text/html; charset=utf-8")])
    return [PAGE.format(said).encode()]


if __name__ == "__main__":
    make_server("127.0.0.1", int(sys.argv[1]), application, handler_class=_Quiet).serve_forever()
