"""The way out of the local AWS: hosts of the internet that functions call, played on this machine."""
