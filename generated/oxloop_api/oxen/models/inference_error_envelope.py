# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.inference_error import InferenceError


T = TypeVar("T", bound="InferenceErrorEnvelope")


@_attrs_define
class InferenceErrorEnvelope:
    """How a call of a model tells an error."""

    error: InferenceError | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.inference_error import InferenceError  # noqa: PLC0415

        error: dict[str, Any] | None | Unset
        if isinstance(self.error, Unset):
            error = UNSET
        elif isinstance(self.error, InferenceError):
            error = self.error.to_dict()
        else:
            error = self.error

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if error is not UNSET:
            field_dict["error"] = error

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.inference_error import InferenceError  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_error(data: object) -> InferenceError | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"error cannot be of type {type(data).__name__}")
            error_type_0 = InferenceError.from_dict(data)

            return error_type_0

        error = _parse_error(d.pop("error", UNSET))

        inference_error_envelope = cls(
            error=error,
        )

        inference_error_envelope.additional_properties = d
        return inference_error_envelope

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
