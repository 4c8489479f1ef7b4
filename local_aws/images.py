"""An image that is not in its repository is an error, not an empty list: the answer to "was it ever pushed?".

(Amazon ECR API reference, `DescribeImages`, "Errors".) The emulator leaves out what it does not find, and ignores
`filter`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import ecr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def install() -> None:
    """Answer DescribeImages by the images asked for."""
    ecr._describe_images = _exact(ecr._describe_images)


def _exact(original: Callable[[Mapping[str, Any]], Any]) -> Callable[[Mapping[str, Any]], Any]:
    def describe(data: Mapping[str, Any]) -> Any:
        name = str(data.get("repositoryName", ""))
        if name in ecr._repositories:
            for image in data.get("imageIds") or ():
                if ecr._find_image(name, image) is None:
                    return _not_found(name, image)
        answer = original(data)
        status = (data.get("filter") or {}).get("tagStatus", "ANY")
        return answer if answer[0] != 200 or status == "ANY" else _tagged(answer, tagged=status == "TAGGED")

    return describe


def _not_found(repository: str, image: Mapping[str, Any]) -> Any:
    digest, tag = image.get("imageDigest", "null"), image.get("imageTag", "null")
    message = (
        f"The image with imageId {{imageDigest:'{digest}', imageTag:'{tag}'}} does not exist within the repository"
        f" with name '{repository}' in the registry with id '{ecr._registry_id()}'"
    )
    return error_response_json("ImageNotFoundException", message, 400)


def _tagged(answer: Any, *, tagged: bool) -> Any:
    details = json.loads(answer[2])["imageDetails"]
    return json_response({"imageDetails": [one for one in details if bool(one["imageTags"]) is tagged]})
