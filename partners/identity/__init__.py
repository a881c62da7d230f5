"""What an organisation is: its identifiers, parents, standing, who signs for it, and who may change which of them."""
