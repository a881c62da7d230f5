"""The plain document beside which ours are measured: tagged, of a given number of pages, no style to speak of."""

from __future__ import annotations

import io

from weasyprint import HTML

CSS = (
    "@page{size:A4;margin:2cm;@bottom-right{content:counter(page) '/' counter(pages)}}"
    "body{font-family:sans-serif;font-size:10pt}table{border-collapse:collapse;width:100%}"
    "td,th{border:1px solid #999;padding:2mm}"
)
_TEXT = "Texte de la proposition de collaboration. " * 30
_ROW = "<tr><td>1</td><td>Livrable</td><td>12 000 €</td></tr>"


class Reference:
    """A document of at least `pages` pages."""

    def __init__(self, pages: int):
        sections = 1
        while (found := len(self._of(sections).render(pdf_variant="pdf/ua-1").pages)) < pages:
            sections += max(1, (pages - found) // 2)
        self.sections, self.pages = sections, found

    @staticmethod
    def _of(sections: int) -> HTML:
        body = "".join(
            f"<h2>{number}. Section</h2><p>{_TEXT}</p><table>{_ROW * 12}</table>"
            for number in range(sections)
        )
        head = f"<head><title>Proposition</title><style>{CSS}</style></head>"
        return HTML(string=f"<html lang=fr>{head}<body>{body}</body></html>")

    def write(self) -> None:
        self._of(self.sections).write_pdf(io.BytesIO(), pdf_variant="pdf/ua-1")
