"""Which files a record names, and which of them a draft may name."""

import pytest

from deploy.local import sample
from services.catalog.domain.item import files
from services.catalog.domain.item.files import UnknownFile
from services.catalog.domain.item.record import DraftRecord
from services.catalog.domain.papers import FIXED, paper
from services.runtime.problems import Invalid, UnsupportedMedia

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\0" * 40
ALLOWANCE = sample.item_record("05-0008", "370104101")


def record() -> DraftRecord:
    form, *rest = ALLOWANCE["materials"]
    form = {**form, "blank_file_id": "if-1", "sample_file_id": "if-2"}
    result = {**ALLOWANCE["result"], "sample_file_id": "if-3"}
    return DraftRecord.model_validate({**ALLOWANCE, "materials": [form, *rest], "result": result})


def test_every_file_is_named_with_its_field_and_with_what_people_keep_it_under() -> None:
    assert [(one.field, one.title) for one in files.named(record())] == [
        ("materials.0.blank_file_id", "最低生活保障申请书（空白表格）"),
        ("materials.0.sample_file_id", "最低生活保障申请书（样表）"),
        ("result.sample_file_id", f"{ALLOWANCE['result']['name']}（样本）"),
    ]
    assert list(files.named(DraftRecord.model_validate(ALLOWANCE))) == []
    bare = DraftRecord(name="尚未填写", implementing_body="某局")
    assert list(files.named(bare)) == []


def test_the_first_file_that_nobody_knows_is_refused_by_field() -> None:
    named = list(files.named(record()))
    files.must_be_known(named, {"if-1", "if-2", "if-3"})
    with pytest.raises(UnknownFile) as refused:
        files.must_be_known(named, {"if-1", "if-3"})
    assert refused.value.field == "materials.0.sample_file_id"


def test_a_paper_is_known_by_its_content_and_place() -> None:
    given = paper("if", "370104", PNG)
    assert (given.extension, given.media_type, given.size) == ("png", "image/png", len(PNG))
    assert given == paper("if", "370104", PNG)
    assert given.file_id != paper("if", "370105", PNG).file_id
    with pytest.raises(Invalid, match="empty-file"):
        paper("if", "370104", b"")
    with pytest.raises(UnsupportedMedia, match="PDF, OFD, JPG or PNG"):
        paper("pf", "370104", b"MZ", FIXED)
