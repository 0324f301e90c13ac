"""The observatory: published figures, what contradicts them, the counts behind them, and what may be published.

Figures come as they were printed, rounded and sometimes wrong. `tables` reads them, `verify` finds what cannot be
and the smallest repair, `reconstruct` the whole numbers behind rounded rates, `suppress` hides small cells.
"""
