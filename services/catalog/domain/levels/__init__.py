"""What is handed down from level to level: adoption, reductions, filings, rates."""
