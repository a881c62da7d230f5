"""What comes out: proposals made from a frozen snapshot, their PDF, agreements, collaborations."""
