# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Pagination")


@_attrs_define
class Pagination:
    """Which page this is, of how many."""

    page_number: int | None | Unset = UNSET
    """ This page; pages count from 1. """
    page_size: int | None | Unset = UNSET
    """ Most rows that a page holds. """
    total_pages: int | None | Unset = UNSET
    """ How many pages there are. """
    total_entries: int | None | Unset = UNSET
    """ How many rows there are in all. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        page_number: int | None | Unset
        if isinstance(self.page_number, Unset):
            page_number = UNSET
        else:
            page_number = self.page_number

        page_size: int | None | Unset
        if isinstance(self.page_size, Unset):
            page_size = UNSET
        else:
            page_size = self.page_size

        total_pages: int | None | Unset
        if isinstance(self.total_pages, Unset):
            total_pages = UNSET
        else:
            total_pages = self.total_pages

        total_entries: int | None | Unset
        if isinstance(self.total_entries, Unset):
            total_entries = UNSET
        else:
            total_entries = self.total_entries

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if page_number is not UNSET:
            field_dict["page_number"] = page_number
        if page_size is not UNSET:
            field_dict["page_size"] = page_size
        if total_pages is not UNSET:
            field_dict["total_pages"] = total_pages
        if total_entries is not UNSET:
            field_dict["total_entries"] = total_entries

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        page_number = cast("int | None | Unset", d.pop("page_number", UNSET))

        page_size = cast("int | None | Unset", d.pop("page_size", UNSET))

        total_pages = cast("int | None | Unset", d.pop("total_pages", UNSET))

        total_entries = cast("int | None | Unset", d.pop("total_entries", UNSET))

        pagination = cls(
            page_number=page_number,
            page_size=page_size,
            total_pages=total_pages,
            total_entries=total_entries,
        )

        pagination.additional_properties = d
        return pagination

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
