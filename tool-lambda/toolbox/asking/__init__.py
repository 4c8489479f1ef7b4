"""How everything is asked and answered: the look and its window, clients, costs, and the form of an answer."""
