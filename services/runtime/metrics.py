"""Every metric of the runtime in one list. A registry is passed in, so that tests stand beside each other."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.process_collector import ProcessCollector

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The metrics of one process."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = r = registry or CollectorRegistry()
        ProcessCollector(registry=r)
        #: Time to answer, by route template (never by path: a case number is no label).
        self.http_seconds = Histogram(
            "yichuang_http_request_seconds",
            "Time to answer",
            ["method", "route", "status"],
            buckets=_FAST,
            registry=r,
        )
        #: Events written to an outbox that the broker has acknowledged.
        self.published = Counter("yichuang_events_published", "Events acknowledged", ["topic"], registry=r)
        #: Sends that failed; their documents wait for the sweeper.
        self.publish_failures = Counter("yichuang_publish_failures", "Sends that failed", registry=r)
        #: From the write to the broker's acknowledgement (promise P5: p99 <= 1 s).
        self.outbox_seconds = Histogram(
            "yichuang_outbox_seconds", "Written to acknowledged", buckets=(*_FAST, 30, 60, 600), registry=r
        )
        #: Documents that waited longer than a moment, found by the sweeper.
        self.swept = Counter("yichuang_outbox_swept", "Documents sent by the sweeper", registry=r)
        #: Events consumed, by what came of them: done, duplicate, ignored, not_yet, never, behind.
        self.consumed = Counter("yichuang_events_consumed", "Events", ["topic", "outcome"], registry=r)
        #: A sequence number was skipped; the event was applied all the same.
        self.gaps = Counter("yichuang_sequence_gaps", "Sequence gaps", ["topic"], registry=r)
        #: `ce_time` more than an hour ahead of our own clock.
        self.from_the_future = Counter("yichuang_events_from_the_future", "Events", ["topic"], registry=r)
        #: Events that wait, by why.
        self.parked = Gauge("yichuang_parked_events", "Parked events", ["outcome"], registry=r)
        #: Events between our committed position and the end of the partition.
        self.lag = Gauge("yichuang_consumer_lag", "Events not yet handled", ["topic"], registry=r)
        #: The watchdog threw a consumer away that had lag and did not move.
        self.consumer_rebuilds = Counter("yichuang_consumer_rebuilds", "Consumers rebuilt", registry=r)
        #: A write met another writer and was tried again on the newer document.
        self.lost_races = Counter("yichuang_lost_races", "Writes tried again", ["collection"], registry=r)
        #: A repeated task raised; it runs again at its next turn.
        self.sweep_failures = Counter("yichuang_sweep_failures", "Failed runs", ["sweep"], registry=r)
