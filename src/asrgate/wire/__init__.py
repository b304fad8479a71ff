"""What goes over the wire: endpoints, messages, dialects, scenarios and the exchanges that driving them leaves."""
