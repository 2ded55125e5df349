"""Tables in the forms of the annexes: heads, cells, rows, and what an import of them did."""
