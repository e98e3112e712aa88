"""Lists that a creditor takes out of his accounting program: open invoices, or customers with their addresses."""

from agent.parsers.listings.model import ListedRow, Listing, ListKind
from agent.parsers.listings.reading import read_list, read_listing

__all__ = ["ListKind", "ListedRow", "Listing", "read_list", "read_listing"]
