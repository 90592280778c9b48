"""What `sam package` does, for the emulator: code folders to zip files to S3.

Archives are named by their content and stored without compression: they only travel over
the loopback, and the converter's 250 MB would take longer to squeeze than to copy.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local.content import archive, digest_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Which property of which resource names a folder of code, and what S3 locations look like in it.
CODE_PROPERTIES = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
}


def upload_code(template: dict[str, Any], folder: Path, s3: "S3Client", bucket: str) -> None:
    """Put the code that `template` names in `folder` into `bucket` and point `template` there.

    What the bucket already has is not sent again.
    """
    places = [
        (resource["Properties"], CODE_PROPERTIES[resource["Type"]])
        for resource in template["Resources"].values()
        if resource["Type"] in CODE_PROPERTIES
    ]

    def upload(place: tuple[dict[str, Any], str]) -> None:
        properties, key = place
        properties[key] = {
            "Bucket": bucket,
            "Key": _upload_folder(folder / properties[key], s3, bucket),
        }

    with ThreadPoolExecutor() as pool:
        list(pool.map(upload, places))


def remove_other_code(template: dict[str, Any], s3: "S3Client", bucket: str) -> None:
    """Remove from `bucket` what no resource of `template` points to.

    The emulator keeps objects in memory, and every change of the converter leaves 250 MB.
    """
    used = {
        resource["Properties"][CODE_PROPERTIES[resource["Type"]]]["Key"]
        for resource in template["Resources"].values()
        if resource["Type"] in CODE_PROPERTIES
    }
    for stored in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
        if stored["Key"].endswith(".zip") and stored["Key"] not in used:
            s3.delete_object(Bucket=bucket, Key=stored["Key"])


def _upload_folder(folder: Path, s3: "S3Client", bucket: str) -> str:
    key = f"{digest_of(folder)}.zip"
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError:
        s3.put_object(Bucket=bucket, Key=key, Body=archive(folder))
    return key
