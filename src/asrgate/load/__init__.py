"""Load: many callers at the pace of speech, from as few processor cores as possible."""
