"""What evaluation keeps: case facts and the figures counted from them (`facts`, `figures`), ratings and
invitations (`ratings`), names and secret items of the catalog (`names`).
"""
