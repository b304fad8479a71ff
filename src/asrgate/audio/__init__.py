"""Sound: clips with their facts, reading and converting files, shaping, and cutting into frames."""
