"""Sample gateways for the local run: text messages over HTTP, e-mail over SMTP, kept in memory and shown.

They answer as a provider would, and fail as one would when told to (`POST /faults`).
"""
