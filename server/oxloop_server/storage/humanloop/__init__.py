"""Humanloop's objects: projects, configs, evaluators, datasets, logs, results and evaluations.

Every function works inside the caller's transaction, and whatever belongs to a tenant is looked
up with that tenant: another tenant's object is not found.
"""
