"""What the parties say of a proposal: reading it, proposing changes, agreeing, and what they agreed to."""
