"""What notify keeps: notices with their deliveries (`notices`) and the feed of all public events (`feed`)."""
