"""The case book of false alarms: what upstream's own servers answered, judged as a fair judge would."""
