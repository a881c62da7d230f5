"""The coordinators' workbench inside the admin: the queue, one irritant on one screen, asking partners."""
