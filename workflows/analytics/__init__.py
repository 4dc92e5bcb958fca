"""Analysis of cases over time: simulations, estimates from history, staffing, and reports."""
