"""The pure rules that the client and the local service must agree on.

Standard library only: importing any module here loads no HTTP client and no other part of the
package, so the service and the ``oxloop`` command can use the rules alone.
"""
