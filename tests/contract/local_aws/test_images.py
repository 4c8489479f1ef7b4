"""Images of a repository: what is not there is an error."""

from __future__ import annotations

import uuid

import pytest

from local_aws.process import Running

pytestmark = pytest.mark.slow


def test_images_are_found_by_tag_and_a_missing_one_is_an_error(local_aws: Running) -> None:
    ecr, name = local_aws.client("ecr"), f"images-{uuid.uuid4().hex[:8]}"
    ecr.create_repository(repositoryName=name)
    for tag in ("1.4.0", "1.4.1"):
        ecr.put_image(repositoryName=name, imageManifest='{"layers": ["' + tag + '"]}', imageTag=tag)

    found = ecr.describe_images(repositoryName=name, imageIds=[{"imageTag": "1.4.1"}])["imageDetails"]

    assert [image["imageTags"] for image in found] == [["1.4.1"]]
    assert len(ecr.describe_images(repositoryName=name, filter={"tagStatus": "TAGGED"})["imageDetails"]) == 2
    assert ecr.describe_images(repositoryName=name, filter={"tagStatus": "UNTAGGED"})["imageDetails"] == []
    with pytest.raises(ecr.exceptions.ImageNotFoundException, match=r"imageTag:'1\.4\.2'"):
        ecr.describe_images(repositoryName=name, imageIds=[{"imageTag": "1.4.1"}, {"imageTag": "1.4.2"}])
