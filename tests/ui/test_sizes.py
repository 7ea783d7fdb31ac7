from spip_portal.ui.sizes import file_size


def test_a_size_is_told_as_people_say_it():
    said = [file_size(size).replace("\u00a0", " ") for size in (12, 2048, 25 * 1024**2)]
    assert said == ["12 octets", "2,0 Ko", "25,0 Mo"]
