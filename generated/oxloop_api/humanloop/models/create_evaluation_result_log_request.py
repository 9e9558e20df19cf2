# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="CreateEvaluationResultLogRequest")


@_attrs_define
class CreateEvaluationResultLogRequest:
    """What an external evaluator found about a log, or why it found nothing."""

    log_id: str
    """ The log that was judged, one that was made for a datapoint of the evaluation. """
    evaluator_id: str
    """ Who judged, one of the evaluation's evaluators. Its id starts with `evfn_`. """
    result: bool | float | int | Unset = UNSET
    """ The judgment. This or `error` has to be there. """
    error: str | Unset = UNSET
    """ Why there is no judgment. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        log_id = self.log_id

        evaluator_id = self.evaluator_id

        result: bool | float | int | Unset
        if isinstance(self.result, Unset):
            result = UNSET
        else:
            result = self.result

        error = self.error

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "log_id": log_id,
                "evaluator_id": evaluator_id,
            }
        )
        if result is not UNSET:
            field_dict["result"] = result
        if error is not UNSET:
            field_dict["error"] = error

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        log_id = d.pop("log_id")

        evaluator_id = d.pop("evaluator_id")

        def _parse_result(data: object) -> bool | float | int | Unset:
            if isinstance(data, Unset):
                return data
            if isinstance(data, (dict, list)):
                raise TypeError(f"result cannot be of type {type(data).__name__}")
            return cast("bool | float | int | Unset", data)

        result = _parse_result(d.pop("result", UNSET))

        error = d.pop("error", UNSET)

        create_evaluation_result_log_request = cls(
            log_id=log_id,
            evaluator_id=evaluator_id,
            result=result,
            error=error,
        )

        create_evaluation_result_log_request.additional_properties = d
        return create_evaluation_result_log_request

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
