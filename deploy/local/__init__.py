"""The whole stack on a bare Linux x86-64 machine, from package registries only (本地一键运行).

Owns the processes of `make run`: a one-node MongoDB replica set, a Kafka broker, the services, the portal
and sample gateways for SMS and e-mail, under a supervisor. Publishes and consumes no event of its own.
"""
