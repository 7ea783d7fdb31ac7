from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler


class BoundedMemoryUploadHandler(MemoryFileUploadHandler):
    """Uploads stay in memory: nothing touches the disk in clear. Past the bounds (a
    file, a request) bytes are read and dropped, so that the other fields still arrive;
    `is_truncated` on the file lets its form say what was wrong."""

    request_bytes = 0

    def handle_raw_input(self, *args, **kwargs) -> None:
        self.activated = True

    def new_file(self, *args, **kwargs) -> None:
        self.file_bytes = 0
        super().new_file(*args, **kwargs)  # raises: no other handler is asked

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.file_bytes += len(raw_data)
        self.request_bytes += len(raw_data)
        if not self._is_past_bounds():
            self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        uploaded = super().file_complete(file_size)
        if uploaded:  # PdfField reads what is noted here
            uploaded.is_truncated = self._is_past_bounds()  # type: ignore[attr-defined]
        return uploaded

    def _is_past_bounds(self) -> bool:
        return (
            self.file_bytes > settings.UPLOAD_MAX_BYTES
            or self.request_bytes > settings.UPLOAD_REQUEST_MAX_BYTES
        )
