# Generated from openapi/extensions.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.evaluation_row import EvaluationRow
    from ..models.pagination import Pagination


T = TypeVar("T", bound="RowsResponse")


@_attrs_define
class RowsResponse:
    """Rows of an evaluation in Oxen's envelope."""

    status: str
    """ `success`. """
    status_message: str
    """ A word for what happened. """
    rows: list[EvaluationRow]
    pagination: Pagination
    """ Which page this is, of how many. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        status = self.status

        status_message = self.status_message

        rows = []
        for rows_item_data in self.rows:
            rows_item = rows_item_data.to_dict()
            rows.append(rows_item)

        pagination = self.pagination.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "status": status,
                "status_message": status_message,
                "rows": rows,
                "pagination": pagination,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.evaluation_row import EvaluationRow  # noqa: PLC0415
        from ..models.pagination import Pagination  # noqa: PLC0415

        d = dict(src_dict)
        status = d.pop("status")

        status_message = d.pop("status_message")

        rows = []
        _rows = d.pop("rows")
        for rows_item_data in _rows:
            rows_item = EvaluationRow.from_dict(rows_item_data)

            rows.append(rows_item)

        pagination = Pagination.from_dict(d.pop("pagination"))

        rows_response = cls(
            status=status,
            status_message=status_message,
            rows=rows,
            pagination=pagination,
        )

        rows_response.additional_properties = d
        return rows_response

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
