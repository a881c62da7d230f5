"""The portal's own settings of gunicorn, without what warms up the portal's own parts."""

from enact_portal.webserver import *  # noqa: F403


def post_worker_init(_worker):
    pass
