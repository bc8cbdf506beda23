"""Files: where they are stored, how large they may be, imports and exports."""

from typing import Annotated, Final

from hubbub.core.config.setting import Section, Setting

STORAGE_CLASSES: Final = (
    "",
    "STANDARD",
    "REDUCED_REDUNDANCY",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER",
    "DEEP_ARCHIVE",
    "OUTPOSTS",
    "GLACIER_IR",
    "SNOW",
    "EXPRESS_ONEZONE",
)


class FileSettings(Section, frozen=True):
    """Files and where they are kept; the keys with Export are for exports in a store of their own."""

    EnableFileAttachments: Annotated[bool, Setting("Let people attach files")] = True
    EnableMobileUpload: Annotated[bool, Setting("Let the mobile apps upload files")] = True
    EnableMobileDownload: Annotated[bool, Setting("Let the mobile apps download files")] = True
    MaxFileSize: Annotated[int, Setting("Largest file, in bytes", minimum=1, error="max_file_size")] = 104857600
    MaxImageResolution: Annotated[int, Setting("Largest picture that is processed, in pixels", minimum=0)] = 33177600
    MaxImageDecoderConcurrency: Annotated[
        int,
        Setting(
            "Pictures decoded at the same time; -1 is one per processor",
            minimum=1,
            also=(-1,),
            error="image_decoder_concurrency",
        ),
    ] = -1
    DriverName: Annotated[
        str,
        Setting(
            "Where files are kept: local or amazons3", restart=True, choices=("local", "amazons3"), error="file_driver"
        ),
    ] = "local"
    Directory: Annotated[str, Setting("Folder of the files with the driver local", restart=True, error="directory")] = (
        "./data/"
    )
    EnablePublicLink: Annotated[bool, Setting("Let people share a file by a link that needs no account")] = False
    ExtractContent: Annotated[bool, Setting("Read the text in documents so that search finds it")] = True
    ArchiveRecursion: Annotated[bool, Setting("Read documents inside archives too")] = False
    PublicLinkSalt: Annotated[str, Setting("Secret that signs public links", secret=True, random=32)] = ""
    InitialFont: str = "nunito-bold.ttf"
    AmazonS3AccessKeyId: Annotated[str, Setting("Access key of the bucket; empty takes the machine's role")] = ""
    AmazonS3SecretAccessKey: Annotated[str, Setting("Secret key of the bucket", secret=True)] = ""
    AmazonS3Bucket: Annotated[str, Setting("Bucket for the files")] = ""
    AmazonS3PathPrefix: Annotated[str, Setting("Folder inside the bucket")] = ""
    AmazonS3Region: Annotated[str, Setting("Region of the bucket")] = ""
    AmazonS3Endpoint: Annotated[str, Setting("Host of the storage service")] = "s3.amazonaws.com"
    AmazonS3SSL: Annotated[bool, Setting("Reach the storage service over TLS")] = True
    AmazonS3SignV2: bool = False
    AmazonS3SSE: Annotated[bool, Setting("Have the storage service encrypt the files")] = False
    AmazonS3Trace: bool = False
    AmazonS3RequestTimeoutMilliseconds: Annotated[
        int,
        Setting(
            "Longest time for a request to the storage service, in milliseconds", minimum=1, error="amazons3_timeout"
        ),
    ] = 30000
    AmazonS3UploadPartSizeBytes: int = 5242880
    AmazonS3StorageClass: Annotated[str, Setting(choices=STORAGE_CLASSES, error="storage_class")] = ""
    DedicatedExportStore: bool = False
    ExportDriverName: Annotated[str, Setting(choices=("local", "amazons3"), error="file_driver")] = "local"
    ExportDirectory: str = "./data/"
    ExportAmazonS3AccessKeyId: str = ""
    ExportAmazonS3SecretAccessKey: Annotated[str, Setting(secret=True)] = ""
    ExportAmazonS3Bucket: str = ""
    ExportAmazonS3PathPrefix: str = ""
    ExportAmazonS3Region: str = ""
    ExportAmazonS3Endpoint: str = "s3.amazonaws.com"
    ExportAmazonS3SSL: bool = True
    ExportAmazonS3SignV2: bool = False
    ExportAmazonS3SSE: bool = False
    ExportAmazonS3Trace: bool = False
    ExportAmazonS3RequestTimeoutMilliseconds: Annotated[int, Setting(minimum=1, error="amazons3_timeout")] = 30000
    ExportAmazonS3PresignExpiresSeconds: int = 21600
    ExportAmazonS3UploadPartSizeBytes: int = 104857600
    ExportAmazonS3StorageClass: Annotated[str, Setting(choices=STORAGE_CLASSES, error="storage_class")] = ""


class ImageProxySettings(Section, frozen=True):
    """Loading pictures of other sites."""

    Enable: Annotated[bool, Setting("Load pictures of other sites through a proxy")] = False
    ImageProxyType: Annotated[
        str, Setting("local or atmos/camo", choices=("local", "atmos/camo"), error="image_proxy_type")
    ] = "local"
    RemoteImageProxyURL: Annotated[str, Setting("Address of the camo proxy")] = ""
    RemoteImageProxyOptions: Annotated[str, Setting("Key shared with the camo proxy")] = ""


class ImportSettings(Section, frozen=True):
    """Imports."""

    Directory: Annotated[str, Setting("Folder for files to import")] = "./import"
    RetentionDays: Annotated[
        int, Setting("How long they are kept, in days", minimum=1, error="import.retention_days_too_low")
    ] = 30


class ExportSettings(Section, frozen=True):
    """Exports."""

    Directory: Annotated[str, Setting("Folder for exported files")] = "./export"
    RetentionDays: Annotated[
        int, Setting("How long they are kept, in days", minimum=1, error="export.retention_days_too_low")
    ] = 30
