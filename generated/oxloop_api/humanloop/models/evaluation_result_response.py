# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.log_response import LogResponse


T = TypeVar("T", bound="EvaluationResultResponse")


@_attrs_define
class EvaluationResultResponse:
    """What one evaluator said of one log."""

    id: str
    """ The result's id. """
    evaluator_id: str
    """ Who judged. """
    evaluator_version_id: str
    """ Which version of the evaluator judged. """
    log_id: str
    """ The log that was judged. """
    updated_at: datetime.datetime
    """ When it last changed. """
    created_at: datetime.datetime
    """ When it was made. """
    evaluation_id: None | str | Unset = UNSET
    """ The evaluation that the result belongs to. """
    log: LogResponse | None | Unset = UNSET
    """ The log that was judged. """
    version_id: None | str | Unset = UNSET
    """ The version of the config that was judged. """
    version: Any | Unset = UNSET
    """ Whatever upstream keeps under `version_id`; it gives no type. """
    value: bool | float | list[str] | None | str | Unset = UNSET
    """ The judgment, of the evaluator's return type. """
    error: None | str | Unset = UNSET
    """ Why there is no judgment. """
    evaluator_log: LogResponse | None | Unset = UNSET
    """ The log of the evaluator's own model call, if it made one. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.log_response import LogResponse  # noqa: PLC0415

        id = self.id

        evaluator_id = self.evaluator_id

        evaluator_version_id = self.evaluator_version_id

        log_id = self.log_id

        updated_at = self.updated_at.isoformat()

        created_at = self.created_at.isoformat()

        evaluation_id: None | str | Unset
        if isinstance(self.evaluation_id, Unset):
            evaluation_id = UNSET
        else:
            evaluation_id = self.evaluation_id

        log: dict[str, Any] | None | Unset
        if isinstance(self.log, Unset):
            log = UNSET
        elif isinstance(self.log, LogResponse):
            log = self.log.to_dict()
        else:
            log = self.log

        version_id: None | str | Unset
        if isinstance(self.version_id, Unset):
            version_id = UNSET
        else:
            version_id = self.version_id

        version = self.version

        value: bool | float | list[str] | None | str | Unset
        if isinstance(self.value, Unset):
            value = UNSET
        elif isinstance(self.value, list):
            value = self.value

        else:
            value = self.value

        error: None | str | Unset
        if isinstance(self.error, Unset):
            error = UNSET
        else:
            error = self.error

        evaluator_log: dict[str, Any] | None | Unset
        if isinstance(self.evaluator_log, Unset):
            evaluator_log = UNSET
        elif isinstance(self.evaluator_log, LogResponse):
            evaluator_log = self.evaluator_log.to_dict()
        else:
            evaluator_log = self.evaluator_log

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "evaluator_id": evaluator_id,
                "evaluator_version_id": evaluator_version_id,
                "log_id": log_id,
                "updated_at": updated_at,
                "created_at": created_at,
            }
        )
        if evaluation_id is not UNSET:
            field_dict["evaluation_id"] = evaluation_id
        if log is not UNSET:
            field_dict["log"] = log
        if version_id is not UNSET:
            field_dict["version_id"] = version_id
        if version is not UNSET:
            field_dict["version"] = version
        if value is not UNSET:
            field_dict["value"] = value
        if error is not UNSET:
            field_dict["error"] = error
        if evaluator_log is not UNSET:
            field_dict["evaluator_log"] = evaluator_log

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.log_response import LogResponse  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        evaluator_id = d.pop("evaluator_id")

        evaluator_version_id = d.pop("evaluator_version_id")

        log_id = d.pop("log_id")

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        evaluation_id = cast("None | str | Unset", d.pop("evaluation_id", UNSET))

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

        version_id = cast("None | str | Unset", d.pop("version_id", UNSET))

        version = d.pop("version", UNSET)

        def _parse_value(data: object) -> bool | float | list[str] | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if isinstance(data, list):
                value_type_3 = cast(list[str], data)

                return value_type_3
            if isinstance(data, (dict, list)):
                raise TypeError(f"value cannot be of type {type(data).__name__}")
            return cast("bool | float | list[str] | None | str | Unset", data)

        value = _parse_value(d.pop("value", UNSET))

        error = cast("None | str | Unset", d.pop("error", UNSET))

        def _parse_evaluator_log(data: object) -> LogResponse | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"evaluator_log cannot be of type {type(data).__name__}")
            evaluator_log_type_0 = LogResponse.from_dict(data)

            return evaluator_log_type_0

        evaluator_log = _parse_evaluator_log(d.pop("evaluator_log", UNSET))

        evaluation_result_response = cls(
            id=id,
            evaluator_id=evaluator_id,
            evaluator_version_id=evaluator_version_id,
            log_id=log_id,
            updated_at=updated_at,
            created_at=created_at,
            evaluation_id=evaluation_id,
            log=log,
            version_id=version_id,
            version=version,
            value=value,
            error=error,
            evaluator_log=evaluator_log,
        )

        evaluation_result_response.additional_properties = d
        return evaluation_result_response

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
