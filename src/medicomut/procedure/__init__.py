"""The life of an agreement: its states and clocks, denunciation, letters, commitments, disputes."""
