# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.datapoint_response import DatapointResponse
    from ..models.evaluation_result_response import EvaluationResultResponse
    from ..models.log_response import LogResponse


T = TypeVar("T", bound="EvaluationDatapointSnapshotResponse")


@_attrs_define
class EvaluationDatapointSnapshotResponse:
    """A datapoint, the log made for it, and what the evaluators said of the log."""

    datapoint: DatapointResponse
    """ Inputs, messages and the target of one case. """
    evaluation_results: list[EvaluationResultResponse]
    log: LogResponse | None | Unset = UNSET
    """ The log, once there is one. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.log_response import LogResponse  # noqa: PLC0415

        datapoint = self.datapoint.to_dict()

        evaluation_results = []
        for evaluation_results_item_data in self.evaluation_results:
            evaluation_results_item = evaluation_results_item_data.to_dict()
            evaluation_results.append(evaluation_results_item)

        log: dict[str, Any] | None | Unset
        if isinstance(self.log, Unset):
            log = UNSET
        elif isinstance(self.log, LogResponse):
            log = self.log.to_dict()
        else:
            log = self.log

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "datapoint": datapoint,
                "evaluation_results": evaluation_results,
            }
        )
        if log is not UNSET:
            field_dict["log"] = log

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.datapoint_response import DatapointResponse  # noqa: PLC0415
        from ..models.evaluation_result_response import EvaluationResultResponse  # noqa: PLC0415
        from ..models.log_response import LogResponse  # noqa: PLC0415

        d = dict(src_dict)
        datapoint = DatapointResponse.from_dict(d.pop("datapoint"))

        evaluation_results = []
        _evaluation_results = d.pop("evaluation_results")
        for evaluation_results_item_data in _evaluation_results:
            evaluation_results_item = EvaluationResultResponse.from_dict(
                evaluation_results_item_data
            )

            evaluation_results.append(evaluation_results_item)

        def _parse_log(data: object) -> LogResponse | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"log cannot be of type {type(data).__name__}")
            log_type_0 = LogResponse.from_dict(data)

            return log_type_0

        log = _parse_log(d.pop("log", UNSET))

        evaluation_datapoint_snapshot_response = cls(
            datapoint=datapoint,
            evaluation_results=evaluation_results,
            log=log,
        )

        evaluation_datapoint_snapshot_response.additional_properties = d
        return evaluation_datapoint_snapshot_response

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
