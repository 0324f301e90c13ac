"""Means and uses of an agreement: the annex recomputed, fees indexed, scenarios priced, rates chosen under limits."""
