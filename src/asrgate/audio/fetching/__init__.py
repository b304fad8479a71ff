"""Public test sets: where they lie, how they are downloaded, and how they become a folder of clips."""
