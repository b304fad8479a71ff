"""What goes over the wire: endpoints, messages, dialects, scenarios, and the exchanges that they leave."""
