"""通知: tells people what happened to their case, and keeps every public fact in one feed.

Owns notices (one document an event, with its deliveries) and the feed. Publishes `notify.notices`. Consumes
every topic: each event that is not internal goes into the feed, and those that someone must be told of become
notices, delivered by SMS, e-mail and the inbox. Numbers and addresses are asked of intake at the moment of
sending and are never stored.
"""
