from django.template.defaultfilters import filesizeformat


def file_size(size: int) -> str:
    """« 2,4 Mo », as people say it, where Django says « 2,4 Mio »."""
    return filesizeformat(size).replace("io", "o")
