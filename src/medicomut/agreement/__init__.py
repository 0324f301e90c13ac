"""What the parties signed.

Agreements as cited, dated data, loaded strictly and verified against themselves.
"""

from medicomut.agreement.findings import Finding
from medicomut.agreement.index_rates import IndexRate, index_rate
from medicomut.agreement.loading import agreements_on, available, headings, load, load_law
from medicomut.agreement.model import Agreement, Ambiguity, Clause, Heading, Law, Parameter
from medicomut.agreement.text import LANGUAGES, Interval, Text
from medicomut.agreement.verification import Report, verify

__all__ = [
    "LANGUAGES",
    "Agreement",
    "Ambiguity",
    "Clause",
    "Finding",
    "Heading",
    "IndexRate",
    "Interval",
    "Law",
    "Parameter",
    "Report",
    "Text",
    "agreements_on",
    "available",
    "headings",
    "index_rate",
    "load",
    "load_law",
    "verify",
]
