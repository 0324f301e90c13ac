"""Who has acceded: timetables of partial accession, the window, the quorum, declarations, status on any day."""
