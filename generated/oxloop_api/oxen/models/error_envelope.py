# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.error_details import ErrorDetails


T = TypeVar("T", bound="ErrorEnvelope")


@_attrs_define
class ErrorEnvelope:
    """How the hub and the repository server tell an error: the hub in `error`, the repository server in
    `status_description` too or alone. Every part is optional. Calls of a model have an envelope of their own.

    """

    error: ErrorDetails | None | Unset = UNSET
    status: None | str | Unset = UNSET
    """ `error`. """
    status_message: None | str | Unset = UNSET
    """ A word for the kind of error. """
    status_description: None | str | Unset = UNSET
    """ The same in words, as the repository server spells it. """
    oxen_version: None | str | Unset = UNSET
    """ The version of the repository server. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.error_details import ErrorDetails  # noqa: PLC0415

        error: dict[str, Any] | None | Unset
        if isinstance(self.error, Unset):
            error = UNSET
        elif isinstance(self.error, ErrorDetails):
            error = self.error.to_dict()
        else:
            error = self.error

        status: None | str | Unset
        if isinstance(self.status, Unset):
            status = UNSET
        else:
            status = self.status

        status_message: None | str | Unset
        if isinstance(self.status_message, Unset):
            status_message = UNSET
        else:
            status_message = self.status_message

        status_description: None | str | Unset
        if isinstance(self.status_description, Unset):
            status_description = UNSET
        else:
            status_description = self.status_description

        oxen_version: None | str | Unset
        if isinstance(self.oxen_version, Unset):
            oxen_version = UNSET
        else:
            oxen_version = self.oxen_version

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if error is not UNSET:
            field_dict["error"] = error
        if status is not UNSET:
            field_dict["status"] = status
        if status_message is not UNSET:
            field_dict["status_message"] = status_message
        if status_description is not UNSET:
            field_dict["status_description"] = status_description
        if oxen_version is not UNSET:
            field_dict["oxen_version"] = oxen_version

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.error_details import ErrorDetails  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_error(data: object) -> ErrorDetails | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"error cannot be of type {type(data).__name__}")
            error_type_0 = ErrorDetails.from_dict(data)

            return error_type_0

        error = _parse_error(d.pop("error", UNSET))

        status = cast("None | str | Unset", d.pop("status", UNSET))

        status_message = cast("None | str | Unset", d.pop("status_message", UNSET))

        status_description = cast("None | str | Unset", d.pop("status_description", UNSET))

        oxen_version = cast("None | str | Unset", d.pop("oxen_version", UNSET))

        error_envelope = cls(
            error=error,
            status=status,
            status_message=status_message,
            status_description=status_description,
            oxen_version=oxen_version,
        )

        error_envelope.additional_properties = d
        return error_envelope

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
