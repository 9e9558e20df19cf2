# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.commit import Commit


T = TypeVar("T", bound="DirectoryEntry")


@_attrs_define
class DirectoryEntry:
    """A file or a folder."""

    filename: None | str | Unset = UNSET
    """ Its name inside the folder. """
    is_dir: bool | None | Unset = UNSET
    """ Whether it is a folder. """
    size: int | None | Unset = UNSET
    """ Its bytes; of a folder, those of all files in it. """
    hash_: None | str | Unset = UNSET
    """ The same for the same content. """
    latest_commit: Commit | None | Unset = UNSET
    """ The last commit that changed it. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.commit import Commit  # noqa: PLC0415

        filename: None | str | Unset
        if isinstance(self.filename, Unset):
            filename = UNSET
        else:
            filename = self.filename

        is_dir: bool | None | Unset
        if isinstance(self.is_dir, Unset):
            is_dir = UNSET
        else:
            is_dir = self.is_dir

        size: int | None | Unset
        if isinstance(self.size, Unset):
            size = UNSET
        else:
            size = self.size

        hash_: None | str | Unset
        if isinstance(self.hash_, Unset):
            hash_ = UNSET
        else:
            hash_ = self.hash_

        latest_commit: dict[str, Any] | None | Unset
        if isinstance(self.latest_commit, Unset):
            latest_commit = UNSET
        elif isinstance(self.latest_commit, Commit):
            latest_commit = self.latest_commit.to_dict()
        else:
            latest_commit = self.latest_commit

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if filename is not UNSET:
            field_dict["filename"] = filename
        if is_dir is not UNSET:
            field_dict["is_dir"] = is_dir
        if size is not UNSET:
            field_dict["size"] = size
        if hash_ is not UNSET:
            field_dict["hash"] = hash_
        if latest_commit is not UNSET:
            field_dict["latest_commit"] = latest_commit

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.commit import Commit  # noqa: PLC0415

        d = dict(src_dict)
        filename = cast("None | str | Unset", d.pop("filename", UNSET))

        is_dir = cast("bool | None | Unset", d.pop("is_dir", UNSET))

        size = cast("int | None | Unset", d.pop("size", UNSET))

        hash_ = cast("None | str | Unset", d.pop("hash", UNSET))

        def _parse_latest_commit(data: object) -> Commit | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"latest_commit cannot be of type {type(data).__name__}")
            latest_commit_type_0 = Commit.from_dict(data)

            return latest_commit_type_0

        latest_commit = _parse_latest_commit(d.pop("latest_commit", UNSET))

        directory_entry = cls(
            filename=filename,
            is_dir=is_dir,
            size=size,
            hash_=hash_,
            latest_commit=latest_commit,
        )

        directory_entry.additional_properties = d
        return directory_entry

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
