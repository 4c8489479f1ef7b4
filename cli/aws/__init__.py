"""What the commands ask AWS with the developer's own credentials: reads only."""
