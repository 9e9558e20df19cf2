# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
"""Contains endpoint functions for accessing the API"""
