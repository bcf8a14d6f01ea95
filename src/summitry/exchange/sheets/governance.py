"""The sheets of mandates."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from summitry.exchange.sheets.description import Rule, Sheet, by_code, columns_of, register_sheet
from summitry.governance.models import Body, Clause, Decision, Membership, PlanDuty, Post

CLAUSE_NOTE = _("The decision's code, a number sign and the clause's number, such as D-2025-08#3.")

register_sheet(
    Sheet(
        label="governance.decision",
        title=_("Decisions"),
        what=_("The formal documents that give mandates: decisions, plans, notices of conclusions, agreements."),
        key=("code",),
        key_of=by_code,
        columns=columns_of(
            Decision,
            "code",
            "kind",
            "number",
            "title",
            "signed_on",
            "signer_office",
            "effective_from",
            "effective_to",
            "amends",
            "replaces",
            "classification",
            "document",
            "source",
            "illustrative",
            signed_on={"header": _("Signed on")},
            document={"header": _("File (document)")},
        ),
        position=60,
    )
)

register_sheet(
    Sheet(
        label="governance.clause",
        title=_("Clauses"),
        what=_("The clauses of decisions: what each says, and the day that it sets."),
        key=("decision", "number"),
        key_of=lambda values: f"{values['decision']}#{values['number']}",
        columns=columns_of(
            Clause,
            "decision",
            "number",
            "text",
            "sets_date",
            number={
                "note": _("Other sheets name a clause by its decision and number, such as D-2025-08#3."),
                "pattern": r"\S{1,20}",
                "pattern_note": _("A clause's number has up to 20 signs and no blank, such as 3 or 2.1."),
            },
        ),
        position=70,
    )
)

register_sheet(
    Sheet(
        label="governance.body",
        title=_("Bodies"),
        what=_("Committees, secretariats, sub-committees, working groups and commands, with their first and last day."),
        key=("code",),
        key_of=by_code,
        columns=columns_of(
            Body,
            "code",
            "name",
            "name_national",
            "kind",
            "parent",
            "agency",
            "created_by",
            "ended_by",
            "from_day",
            "to_day",
            created_by={"note": CLAUSE_NOTE},
            ended_by={"note": CLAUSE_NOTE},
        ),
        position=80,
    )
)

register_sheet(
    Sheet(
        label="governance.post",
        title=_("Posts"),
        what=_("The seats on bodies: head, standing deputy head, member."),
        key=("code",),
        key_of=by_code,
        columns=columns_of(
            Post,
            "code",
            "body",
            "title",
            "title_national",
            "rank",
            body={"rule": Rule.ONCE},
        ),
        position=90,
    )
)

register_sheet(
    Sheet(
        label="governance.membership",
        title=_("Memberships"),
        what=_("Who held which post from which day, and until when."),
        key=("post", "person", "from_day"),
        key_of=lambda values: f"{values['post']}/{values['person']}/{values['from_day']:%Y-%m-%d}",
        columns=columns_of(Membership, "post", "person", "from_day", "to_day"),
        position=100,
    )
)

register_sheet(
    Sheet(
        label="governance.planduty",
        title=_("Plan duties"),
        what=_("Which agency owes which plan or scheme of its own, by which day, under which clause."),
        key=("code",),
        key_of=by_code,
        columns=columns_of(
            PlanDuty,
            "code",
            "title",
            "agency",
            "mandate",
            "body",
            "due",
            "submitted_on",
            "approved_on",
            "plan",
            "classification",
            mandate={"note": CLAUSE_NOTE},
            submitted_on={"fact": True},
            approved_on={"fact": True},
            plan={"header": _("The plan (decision)"), "note": _("The decision by which the plan was approved.")},
        ),
        position=110,
    )
)
