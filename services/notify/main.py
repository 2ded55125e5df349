"""Notify, put together."""

from __future__ import annotations

from datetime import time

from contracts.notify import DeliveryChannel
from services.notify import api, consumers, texts
from services.notify.channels import Contacts, MailServer, SmsGateway
from services.notify.courier import Courier
from services.notify.domain.delivery import Policy
from services.notify.domain.quiet import QuietHours
from services.notify.handlers import App
from services.notify.settings import Settings
from services.notify.store.feed import Feed
from services.notify.store.notices import Notices
from services.runtime.clock import Clock, system_clock
from services.runtime.neighbours import ServiceToken
from services.runtime.service import Service, run

PATIENT = Policy()


def build(settings: Settings, *, clock: Clock = system_clock, policy: Policy = PATIENT) -> Service:
    """The service; ``policy`` is how patient delivery is."""
    service = Service(settings, clock=clock)
    notices, feed, words = Notices(service), Feed(service), texts.load()
    token = ServiceToken(settings.token_url, settings.service, settings.client_secret.get_secret_value())
    courier = Courier(
        notices,
        words,
        contacts=Contacts(service.client, settings.intake_url, token),
        sms=SmsGateway(service.client, settings.sms_url) if settings.sms_url else None,
        mail=_mail(settings),
        policy=policy,
        clock=clock,
    )
    app = App(notices, feed, courier, words, _channels(settings), _quiet(settings), clock)
    service.consume(consumers.table(app))
    service.every(0.0, courier.deliver_offered, "courier")
    service.every(1.0, courier.sweep, "due-notices")
    service.every(policy.turn.total_seconds(), courier.ask_receipts, "receipts")
    service.serve(api.routes(app))
    return service


def _mail(settings: Settings) -> MailServer | None:
    if settings.smtp_host is None:
        return None
    return MailServer(
        settings.smtp_host, settings.smtp_port, sender=settings.smtp_from, security=settings.smtp_security
    )


def _channels(settings: Settings) -> frozenset[DeliveryChannel]:
    made: set[DeliveryChannel] = {"inbox"}
    if settings.sms_url:
        made.add("sms")
    if settings.smtp_host:
        made.add("email")
    return frozenset(made)


def _quiet(settings: Settings) -> QuietHours | None:
    if settings.quiet_from is None or settings.quiet_until is None:
        return None
    return QuietHours(time.fromisoformat(settings.quiet_from), time.fromisoformat(settings.quiet_until))


def main() -> None:
    """Entry point."""
    run(lambda: build(Settings.load()))


if __name__ == "__main__":
    main()
