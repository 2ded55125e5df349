"""Sign-in and one address for the browser: tokens for the local run, the services under `/api`, the pages.

Owns the database `portal`: accounts (argon2id), refresh tokens by their hash, the signing key (encrypted).
Publishes and consumes nothing. In production any OpenID Connect provider may take the place of its tokens.
"""
