# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.log_request import LogRequest


T = TypeVar("T", bound="CreateEvaluationLogRequest")


@_attrs_define
class CreateEvaluationLogRequest:
    """An answer to a datapoint that the caller's own code generated."""

    datapoint_id: str
    """ The datapoint, one of those that the evaluation runs over. """
    log: LogRequest
    """ What a config was given and what it answered. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        datapoint_id = self.datapoint_id

        log = self.log.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "datapoint_id": datapoint_id,
                "log": log,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.log_request import LogRequest  # noqa: PLC0415

        d = dict(src_dict)
        datapoint_id = d.pop("datapoint_id")

        log = LogRequest.from_dict(d.pop("log"))

        create_evaluation_log_request = cls(
            datapoint_id=datapoint_id,
            log=log,
        )

        create_evaluation_log_request.additional_properties = d
        return create_evaluation_log_request

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
