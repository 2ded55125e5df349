"""The topics: one per publisher and aggregate, keyed by the aggregate's id (design §3, §4)."""

from dataclasses import dataclass

KIBIBYTE = 1024


@dataclass(frozen=True)
class Topic:
    """A Kafka topic = one collection of its publisher = one counter per key.

    `key` names the field of the event's data that is `ce_subject` and the record key; `a:b` joins two.
    `compacted` topics carry the whole present state of their key in every event. `internal` topics are
    not in the public feed and open to no subscriber. `max_bytes` bounds the value of one event.
    """

    name: str
    key: str
    publisher: str
    consumers: tuple[str, ...]
    compacted: bool = False
    internal: bool = False
    max_bytes: int = 64 * KIBIBYTE

    @property
    def retention_days(self) -> int | None:
        """How long an event stays; None on a compacted topic, whose newest state stays for good."""
        return None if self.compacted else 14


# `notify` stores every event of every topic that is not internal in its feed, its own included.
TOPICS: dict[str, Topic] = {
    topic.name: topic
    for topic in (
        Topic(
            "catalog.items",
            "item_code",
            "catalog",
            ("catalog", "intake", "approval", "notify", "evaluation"),
            compacted=True,
            max_bytes=1024 * KIBIBYTE,
        ),
        Topic(
            "catalog.places",
            "entry_id",
            "catalog",
            ("intake", "approval", "notify", "evaluation"),
            compacted=True,
        ),
        Topic(
            "catalog.offers",
            "hall_id:item_code",
            "catalog",
            ("intake", "notify", "evaluation"),
            compacted=True,
        ),
        Topic(
            "catalog.packages",
            "package_code",
            "catalog",
            ("catalog", "intake", "notify", "evaluation"),
            compacted=True,
            max_bytes=256 * KIBIBYTE,
        ),
        Topic("catalog.policies", "policy_code", "catalog", ("intake", "notify"), compacted=True),
        Topic(
            "catalog.proposals", "proposal_id", "catalog", ("intake", "notify", "evaluation"), compacted=True
        ),
        Topic(
            "catalog.proof-lists",
            "place_code:list",
            "catalog",
            ("intake", "notify"),
            compacted=True,
            max_bytes=1024 * KIBIBYTE,
        ),
        Topic("catalog.agencies", "agency_id", "catalog", ("intake", "notify", "evaluation"), compacted=True),
        Topic(
            "catalog.selections",
            "selection_id",
            "catalog",
            ("intake", "notify", "evaluation"),
            compacted=True,
        ),
        Topic("intake.cases", "case_no", "intake", ("catalog", "approval", "notify", "evaluation")),
        # The features of every known enterprise are nobody's business outside.
        Topic("intake.applicants", "applicant_ref", "intake", ("catalog",), compacted=True, internal=True),
        Topic("intake.proposals", "proposal_id", "intake", ("catalog", "notify", "evaluation")),
        Topic("approval.cases", "case_no", "approval", ("intake", "notify", "evaluation")),
        Topic(
            "approval.calendars",
            "place_code:year",
            "approval",
            ("intake", "approval", "notify", "evaluation"),
        ),
        Topic("notify.notices", "notice_id", "notify", ("intake", "approval", "notify", "evaluation")),
        Topic("evaluation.invitations", "invitation_id", "evaluation", ("notify",), internal=True),
        Topic("evaluation.ratings", "service_id", "evaluation", ("notify", "evaluation")),
    )
}
