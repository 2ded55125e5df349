"""好差评与考核: the public rates what it got, and the figures show how the halls work.

Owns case facts (one document a case, from which every figure is counted), invitations to rate and ratings.
Publishes `evaluation.invitations` and `evaluation.ratings`. Consumes what intake and approval say of cases,
its own ratings, and the catalog for names and for items that are secret.
"""
