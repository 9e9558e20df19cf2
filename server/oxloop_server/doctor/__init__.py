"""``oxloop doctor``: what is well with a data folder and its service, what is not, what to do."""
