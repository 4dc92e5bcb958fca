"""What may happen over time: simulations, estimates from history, staffing, and reports of them."""
