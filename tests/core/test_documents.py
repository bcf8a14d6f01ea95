"""Files: what kind they are is told from their bytes, and they are served so that they cannot act."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from summitry.core.action import submit
from summitry.core.actions import AddDocument, ChangeDocument, CreatePerson
from summitry.core.media import media_type_of, safe_name
from summitry.core.models import Blob, Document
from summitry.core.refusals import Invalid
from summitry.core.rights import Classification, Role
from tests.factories import make_agency, make_event, make_viewer

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def _package(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name in names:
            package.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (PDF, "plan.pdf", "application/pdf"),
        (PDF, "plan.html", "application/pdf"),
        (PNG, "photo.png", "image/png"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 9, "photo.jpg", "image/jpeg"),
        ("Ghi chú".encode(), "note.txt", "text/plain"),
        (b"a,b\n1,2\n", "table.csv", "text/plain"),
        (HTML, "page.html", "application/octet-stream"),
        (HTML, "plan.pdf", "application/octet-stream"),
        (HTML, "photo.png", "application/octet-stream"),
        (SVG, "drawing.svg", "application/octet-stream"),
        (b"\0\1\2", "note.txt", "application/octet-stream"),
        (b"\xff\xfeG\0h\0i\0", "note.txt", "application/octet-stream"),
        (b"GIF89a" + b"\0" * 9, "moving.gif", "application/octet-stream"),
        (
            _package("word/document.xml"),
            "letter.docx",
            DOCX,
        ),
        (_package("xl/workbook.xml"), "book.xlsx", XLSX),
        (_package("a.txt"), "letter.docx", "application/zip"),
        (b"PK\x03\x04 broken", "letter.docx", "application/octet-stream"),
        (b"", "nothing.txt", "text/plain"),
    ],
)
def test_the_bytes_tell_the_kind(data, name, expected):
    assert media_type_of(data, name) == expected


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\lan\\plan.pdf", "plan.pdf"),
        ("plan\r\nX-Evil: 1.pdf", "plan X-Evil: 1.pdf".replace(" X", "X")),
        ("exe.\u202efdp.txt", "exe.fdp.txt"),
        ("...", ""),
        ("Kế hoạch.pdf", "Kế hoạch.pdf"),
        ("a" * 300 + ".pdf", "a" * 196 + ".pdf"),
    ],
)
def test_a_file_name_keeps_nothing_that_could_mislead(given, kept):
    assert safe_name(given) == kept


def _add(event, viewer, data=PDF, **values):
    given = {"code": "D1", "title": "General plan", "file_name": "plan.pdf", **values}
    return submit([AddDocument(**given, data=base64.b64encode(data))], viewer=viewer, event=event).record


def test_a_document_holds_its_bytes_once_and_says_what_they_are(event):
    viewer = make_viewer(event)
    document = _add(event, viewer, media_type="text/html")
    assert (document.media_type, document.size, document.file_name) == ("application/pdf", len(PDF), "plan.pdf")
    _add(event, viewer, code="D2")
    assert Blob.objects.count() == 1
    from summitry.core.models import AuditEntry

    arguments = AuditEntry.objects.filter(chain__event=event).first().arguments
    assert arguments["sha256"] == document.sha256
    assert "data" not in arguments


def test_a_file_over_the_limit_is_refused(event, settings):
    settings.UPLOAD_LIMIT_BYTES = 10
    with pytest.raises(Invalid) as refused:
        _add(event, make_viewer(event))
    assert [fault.field for fault in refused.value.faults] == ["data"]
    assert not Blob.objects.exists()


def test_nobody_files_what_they_could_not_read(event):
    agency = make_agency(event, "K01")
    focal_point = make_viewer(event, Role.FOCAL_POINT, agency=agency, clearance=Classification.RESTRICTED)
    for level in (Classification.SECRET, Classification.RESTRICTED):
        with pytest.raises(Invalid) as refused:
            _add(event, focal_point, classification=level)
        assert [fault.field for fault in refused.value.faults] == ["classification"]
    assert _add(event, focal_point, classification=Classification.RESTRICTED, agency="K01").agency == agency


def test_nobody_classifies_any_record_above_their_clearance(event):
    planner = make_viewer(event, clearance=Classification.RESTRICTED)
    _add(event, planner)
    secret = Classification.SECRET
    for action in (
        ChangeDocument(code="D1", classification=secret),
        CreatePerson(code="P1", name="x", classification=secret),
    ):
        with pytest.raises(Invalid) as refused:
            submit([action], viewer=planner, event=event)
        assert [fault.field for fault in refused.value.faults] == ["classification"]


# Served


def _get(signed_in, viewer, address):
    return signed_in(viewer).get(f"/e/{viewer.event.slug}/documents/{address}")


def test_a_download_is_saved_never_shown_and_can_do_nothing(event, signed_in):
    viewer = make_viewer(event)
    _add(event, viewer, data=HTML, file_name='page "x".html')
    response = _get(signed_in, viewer, "D1/file/?show")
    assert response.content == HTML
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="page \\"x\\".html"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("data", "name", "shown_as"),
    [
        (PDF, "plan.pdf", "application/pdf"),
        (PNG, "a.png", "image/png"),
        (b"Ghi ch\xc3\xba", "a.txt", "text/plain; charset=utf-8"),
    ],
)
def test_a_few_kinds_are_shown_when_asked_and_saved_otherwise(event, signed_in, data, name, shown_as):
    viewer = make_viewer(event)
    _add(event, viewer, data=data, file_name=name)
    shown = _get(signed_in, viewer, "D1/file/?show")
    assert (shown["Content-Type"], shown["Content-Disposition"]) == (shown_as, f'inline; filename="{name}"')
    assert shown["Content-Security-Policy"] == "default-src 'none'; sandbox"
    saved = _get(signed_in, viewer, "D1/file/")
    assert (saved["Content-Type"], saved["Content-Disposition"]) == (
        "application/octet-stream",
        f'attachment; filename="{name}"',
    )


def test_a_name_in_another_script_survives_the_header(event, signed_in):
    viewer = make_viewer(event)
    _add(event, viewer, file_name="Kế hoạch tổng thể.pdf")
    assert "filename*=utf-8''K%E1%BA%BF%20ho%E1%BA%A1ch" in _get(signed_in, viewer, "D1/file/")["Content-Disposition"]


def test_a_file_is_found_only_by_whoever_sees_its_document(event, signed_in):
    planner = make_viewer(event)
    _add(event, planner, classification=Classification.SECRET)
    other = make_viewer(make_event())
    for viewer in (make_viewer(event, Role.OBSERVER), make_viewer(event, clearance=Classification.INTERNAL)):
        for address in ("D1/", "D1/file/", "D1/change/"):
            assert _get(signed_in, viewer, address).status_code in {403, 404}
        assert _get(signed_in, viewer, "D1/file/").status_code == 404
        assert "General plan" not in _get(signed_in, viewer, "").content.decode()
    assert _get(signed_in, other, "D1/file/").status_code == 404
    assert _get(signed_in, planner, "D1/file/").status_code == 200


def test_a_document_without_file_has_nothing_to_download(event, signed_in):
    viewer = make_viewer(event)
    submit([AddDocument(code="D1", title="Decision", source="Official gazette")], viewer=viewer, event=event)
    assert _get(signed_in, viewer, "D1/file/").status_code == 404


# Filed through the form


def test_a_file_is_filed_in_two_steps_and_found_in_the_list(event, signed_in):
    viewer = make_viewer(event)
    client = signed_in(viewer)
    address = f"/e/{event.slug}/documents/add/"
    values = {"title": "General plan", "code": "D1", "source": "", "agency": "", "classification": "2"}
    first = client.post(address, {**values, "file": SimpleUploadedFile("plan.pdf", PDF), "step": "preview"})
    assert first.status_code == 200
    assert not Document.objects.exists()
    receipt = first.context["form"].carried()
    second = client.post(address, {**values, **receipt, "step": "confirm"})
    assert second["Location"] == f"/e/{event.slug}/documents/D1/"
    document = Document.objects.get()
    assert (document.file_name, document.media_type, document.classification) == ("plan.pdf", "application/pdf", 2)
    page = client.get(f"/e/{event.slug}/documents/").content.decode()
    assert "General plan" in page


def test_neither_file_nor_source_is_refused_at_the_form(event, signed_in):
    viewer = make_viewer(event)
    values = {"title": "x", "code": "D1", "source": "", "agency": "", "classification": "1", "step": "confirm"}
    response = signed_in(viewer).post(f"/e/{event.slug}/documents/add/", values)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["source"]
