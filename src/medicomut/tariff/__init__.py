"""The tariff of a line of care: the fees by code and date, and the rules that say whether they bind."""
