"""Pictures of a proposal as lists of shapes: the same shapes become SVG (PDF, pages) and PNG (DOCX)."""
