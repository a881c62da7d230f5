"""Roles decide what staff may do in the admin: a short table instead of groups that drift."""

from django.contrib.auth.backends import ModelBackend

# app_label.codename prefixes that a coordinator may use; administrators may do everything.
# Changes of state never go through these: they go through the lifecycle of each object.
COORDINATOR_MAY = frozenset(
    {
        "intake.view_irritant",
        "intake.view_company",
        "intake.change_company",
        "intake.view_contact",
        "intake.change_contact",
        "intake.view_destination",
        "intake.add_destination",
        "intake.change_destination",
        "partners.view_organisation",
        "partners.change_organisation",
        "partners.add_organisation",
        "partners.view_membership",
        *(
            f"partners.{act}_{row}"  # the rows of an organisation's form
            for act in ("view", "add", "change", "delete")
            for row in ("partnerabsence", "standing", "affiliation")
        ),
        "partners.view_askedchange",
        "partners.change_askedchange",
        "programs.view_offer",
        "programs.view_topic",
        "programs.view_sector",
        "programs.view_pillar",
        "programs.view_scheme",
        "programs.view_schemerule",
        "triage.view_referral",
        "proposals.view_proposal",
        "proposals.view_collaboration",
        "journal.view_event",
        "journal.view_message",
        "journal.view_job",
    }
)


def may(user, perm: str) -> bool:
    """Whether `user` has the permission "app.codename"."""
    return user.is_superuser or (user.is_coordinator and perm in COORDINATOR_MAY)


def may_see_app(user, app_label: str) -> bool:
    """Whether the admin shows the app at all."""
    return user.is_superuser or (
        user.is_coordinator and any(perm.startswith(f"{app_label}.") for perm in COORDINATOR_MAY)
    )


class RoleBackend(ModelBackend):
    """Password sign-in (staff), permissions by role."""

    def has_perm(self, user_obj, perm, obj=None):
        return may(user_obj, perm)

    def get_all_permissions(self, user_obj, obj=None):
        return set(COORDINATOR_MAY) if user_obj.is_coordinator else set()
