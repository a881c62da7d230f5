"""What follows an agreement: the contract, steps, meetings, files, figures, and what the parties think of it."""
