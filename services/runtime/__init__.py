"""What every service stands on: settings, logs, metrics, errors, the database, the outbox, the consumer.

No business word belongs here: a record is "a document", an act is "a change", a case does not exist.
"""
