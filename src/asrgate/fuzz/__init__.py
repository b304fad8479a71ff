"""Generated sessions: what a client may send within the protocol, and what must hold whatever it sends.

Strategies (Hypothesis) make scenarios, `expectation` says what a server of the dialect owes for them, `model`
compares that with what came, and a campaign drives them, shrinks what fails, and remembers it.
"""
