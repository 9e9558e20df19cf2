# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
"""Contains methods for accessing the API"""
